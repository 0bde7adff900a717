/** A phone that registers nowhere: the PBX knows its port. */
export interface LoopbackPhone {
  /** As in `PJSIP/name`. */
  readonly name: string;
  readonly port: number;
}

/** Where everybody lives, on the loopback. */
export interface LoopbackSetup {
  readonly sipPort: number;
  readonly carrierPort: number;
  readonly agents: readonly LoopbackPhone[];
}

/** pjsip.conf for tests and measurements: a carrier and agents' phones, all on this machine. */
export function loopbackPhones({ sipPort, carrierPort, agents }: LoopbackSetup): string {
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
${agents.map(agentConf).join('')}`;
}

function agentConf({ name, port }: LoopbackPhone): string {
  return `[${name}](endpoint-base)
context=from-agents
aors=${name}
device_state_busy_at=1
[${name}]
type=aor
contact=sip:${name}@127.0.0.1:${port.toString()}
`;
}
