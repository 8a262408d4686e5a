import Analytics from "@rudderstack/rudder-sdk-node";
import { run } from "./sending.mjs";

await run((url, key) => {
  // Three tries within two seconds is what it does of its own accord.
  const client = new Analytics(key, { dataPlaneUrl: url, retryCount: 10, flushInterval: 500, logLevel: "none" });
  const send = (call) => {
    const who = { userId: call.user, originalTimestamp: new Date(call.at), messageId: call.id };
    const properties = call.properties;
    ({
      identify: () => client.identify({ ...who, traits: call.traits }),
      track: () => client.track({ ...who, event: call.event, properties }),
      page: () => client.page({ ...who, name: "Pricing", properties: { ...properties, ...call.page } }),
      screen: () => client.screen({ ...who, name: "Home", properties }),
      group: () => client.group({ ...who, groupId: call.group, traits: call.company }),
      alias: () => client.alias({ ...who, previousId: call.before }),
    })[call.call]();
  };
  return { send, finish: () => client.flush() };
});
