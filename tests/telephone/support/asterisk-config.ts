import { PRODUCT_DIALPLAN } from '../../../practice-pbx/asterisk-files.ts';

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

/** pjsip.conf of the bench: a carrier and agents' phones that all live on the loopback. */
export function benchPhones({ sipPort, carrierPort, agentPorts }: BenchSetup): string {
  const agents = agentPorts.map((port, index) => agentConf(`agent${(index + 1).toString()}`, port));
  return `[global]
type=global
; Agents' phones and the carrier share one address: the name tells them apart before the address does.
endpoint_identifier_order=username,ip,anonymous
[loopback]
type=transport
protocol=udp
bind=127.0.0.1:${sipPort.toString()}
[endpoint-base](!)
type=endpoint
disallow=all
allow=ulaw
direct_media=no
dtmf_mode=rfc4733
timers=no
transport=loopback
[carrier](endpoint-base)
context=from-carrier
aors=carrier
trust_id_inbound=yes
[carrier]
type=aor
contact=sip:127.0.0.1:${carrierPort.toString()}
[carrier]
type=identify
endpoint=carrier
match=127.0.0.1
${agents.join('')}`;
}

function agentConf(name: string, port: number): string {
  return `[${name}](endpoint-base)
context=from-agents
aors=${name}
device_state_busy_at=1
[${name}]
type=aor
contact=sip:${name}@127.0.0.1:${port.toString()}
`;
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
