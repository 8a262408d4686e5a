"""What clients are told before they send: settings in which everything is off that is not kept here.

A client reads from it where to send, how often to try again, and that there are no flags, recordings or surveys.
"""

import msgspec

from leadpact.web.collect.answers import Reply, as_json

_TRIES = 100  # the most that the library allows; it waits up to a minute between two of them
_COMPRESSION = ["gzip", "gzip-js"]


def segment_settings(key: str, *, scheme: str, host: str) -> Reply:
    """Return what analytics-next fetches from the address it takes for its CDN."""
    ours = {
        "apiKey": key,
        "apiHost": f"{host}/v1",
        "protocol": scheme,
        "unbundledIntegrations": [],
        "addBundledMetadata": True,
        "maybeBundledConfigIds": {},
        "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
        "httpConfig": {"rateLimitConfig": {"maxRetryCount": _TRIES}, "backoffConfig": {"maxRetryCount": _TRIES}},
    }
    plan = {"__default": {"enabled": True, "integrations": {}}}
    document = {
        "integrations": {"Segment.io": ours},
        "plan": {"track": plan, "identify": plan, "group": plan},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},  # or it would measure itself for its maker
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }
    return as_json(document, ((b"cache-control", b"max-age=60"),))


def posthog_config(key: str, *, is_script: bool) -> Reply:
    document = {
        "token": key,
        "supportedCompression": _COMPRESSION,
        "hasFeatureFlags": False,
        "captureDeadClicks": False,
        "capturePerformance": False,
        "autocapture_opt_out": False,
        "autocaptureExceptions": False,
        "analytics": {"endpoint": "/e/"},
        "elementsChainAsString": True,
        "errorTracking": {"autocaptureExceptions": False, "suppressionRules": []},
        "sessionRecording": False,
        "heatmaps": False,
        "surveys": False,
        "productTours": False,
        "conversations": False,
        "logs": {"captureConsoleLogs": False},
        "defaultIdentifiedOnly": True,
        "siteApps": [],
    }
    headers = ((b"cache-control", b"max-age=60"),)
    if not is_script:
        return as_json(document, headers)
    name, config = msgspec.json.encode(key), msgspec.json.encode(document)
    script = b"(window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{})[%s]={config:%s,siteApps:[]};"
    return Reply(script % (name, config), b"text/javascript; charset=utf-8", headers=headers)


def posthog_flags() -> Reply:
    document = {
        "flags": {},
        "featureFlags": {},
        "featureFlagPayloads": {},
        "errorsWhileComputingFlags": False,
        "isAuthenticated": False,
        "supportedCompression": _COMPRESSION,
        "sessionRecording": False,
        "siteApps": [],
        "toolbarParams": {},
        "config": {"enable_collect_everything": True},
    }
    return as_json(document)
