import { PRODUCT_DIALPLAN } from '../../../practice-pbx/asterisk-files.ts';
import { loopbackPhones } from '../../../practice-pbx/loopback-phones.ts';

/** What the bench's phones and dialplan are made of. */
export interface BenchSetup {
  readonly sipPort: number;
  readonly carrierPort: number;
  /** The port of agent1's phone, then agent2's, and so on. */
  readonly agentPorts: readonly number[];
  /** Dialplan of the test's own, put after the bench's. */
  readonly dialplan: string;
  /** Whether the product's own dialplan is loaded. */
  readonly productDialplan: boolean;
}

/** pjsip.conf of the bench: agent1, agent2 … and the carrier. */
export function benchPhones({ sipPort, carrierPort, agentPorts }: BenchSetup): string {
  const agents = agentPorts.map((port, index) => ({
    name: `agent${(index + 1).toString()}`,
    port,
  }));
  return loopbackPhones({ sipPort, carrierPort, agents });
}

/** extensions.conf of the bench: what the carrier brings goes to the product. */
export function benchDialplan({ dialplan, productDialplan }: BenchSetup): string {
  return `[general]
static=yes
writeprotect=yes
${productDialplan ? PRODUCT_DIALPLAN : ''}
[from-carrier]
exten => _+X.,1,Goto(ringback-inbound,\${EXTEN},1)
exten => _X.,1,Goto(ringback-inbound,\${EXTEN},1)
[from-agents]
${dialplan}
`;
}
