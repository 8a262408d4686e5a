import { Analytics } from "@segment/analytics-node";
import { run } from "./sending.mjs";

await run((url, key) => {
  const client = new Analytics({ writeKey: key, host: url });
  client.on("error", (error) => {
    console.error(error);
    process.exitCode = 1;
  });
  const send = (call) => {
    const who = { userId: call.user, timestamp: new Date(call.at), messageId: call.id };
    const properties = call.properties;
    ({
      identify: () => client.identify({ ...who, traits: call.traits }),
      track: () => client.track({ ...who, event: call.event, properties }),
      page: () => client.page({ ...who, category: "Docs", name: "Pricing", properties: { ...properties, ...call.page } }),
      screen: () => client.screen({ ...who, category: "App", name: "Home", properties }),
      group: () => client.group({ ...who, groupId: call.group, traits: call.company }),
      alias: () => client.alias({ ...who, previousId: call.before }),
    })[call.call]();
  };
  return { send, finish: () => client.closeAndFlush() };
});
