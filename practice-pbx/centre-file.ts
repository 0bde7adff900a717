import { ARI_USER } from './asterisk-files.ts';
import { AGENT_ENDPOINT, ECHO_ENDPOINT, QUEUE_NUMBER, ROUTE_DIAL } from './telephone-network.ts';

/**
 * The centre that goes with the practice PBX, for `ringback apply`. Whoever tries something out waits for nothing: offers
 * come early, a second attempt after a minute, the shortest conversation counts, the agent is free again at once, and it works at night.
 */
export function centreFile(httpPort: number): string {
  return `# Made by npm run pbx, for: npx ringback apply practice/centre.yaml
pbxs:
  - name: practice
    driver: asterisk
    url: http://127.0.0.1:${httpPort.toString()}
    username: ${ARI_USER}
    passwordFile: ari-password
    routes: [{ name: stand-in-carrier, dial: "${ROUTE_DIAL}", callerId: "${QUEUE_NUMBER}", lines: 10 }]

queues:
  - name: practice
    number: "${QUEUE_NUMBER}"
    callback:
      { offerEvery: PT15S, retryAfter: PT1M, minimumGap: PT15S,
        successAfter: PT0S, wrapUp: PT0S, callingHours: { from: "00:00", to: "24:00" } }

agents:
  - { name: echo, endpoint: "${ECHO_ENDPOINT}", queues: [practice] }
  - { name: agent, endpoint: "${AGENT_ENDPOINT}", queues: [practice] }

numbers:
  - { number: "${QUEUE_NUMBER}", queue: practice }
`;
}
