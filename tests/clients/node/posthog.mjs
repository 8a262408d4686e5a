import { PostHog } from "posthog-node";
import { run } from "./sending.mjs";

await run((url, key) => {
  // Three tries within nine seconds is what it does of its own accord.
  const client = new PostHog(key, { host: url, fetchRetryCount: 20, flushInterval: 500 });
  const send = (call) => {
    const { properties, page } = call;
    const who = { distinctId: call.user, timestamp: new Date(call.at), uuid: call.id };
    const seen = { $current_url: page.url, $pathname: page.path, title: page.title, $referrer: page.referrer };
    ({
      identify: () => client.capture({ ...who, event: "$identify", properties: { $set: call.traits } }),
      track: () => client.capture({ ...who, event: call.event, properties }),
      page: () => client.capture({ ...who, event: "$pageview", properties: { ...properties, ...seen } }),
      screen: () => client.capture({ ...who, event: "$screen", properties }),
      group: () =>
        client.capture({
          ...who,
          event: "$groupidentify",
          properties: { $group_type: "company", $group_key: call.group, $group_set: call.company },
        }),
      alias: () =>
        client.capture({
          ...who,
          distinctId: call.before,
          event: "$create_alias",
          properties: { distinct_id: call.before, alias: call.user },
        }),
    })[call.call]();
  };
  return { send, finish: () => client.shutdown(120000) };
});
