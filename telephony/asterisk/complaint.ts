import { DriverInDoubt } from '../driver.ts';
import { AriRefusal } from './answers.ts';
import { AriShapeError } from './generated/ari.ts';
import type { AsteriskTarget } from './settings.ts';
import { SocketTurnedAway } from './socket-wire.ts';

/** Something answered, but not as an Asterisk does. */
export class NotAnAsterisk extends Error {
  override readonly name = 'NotAnAsterisk';
}

/** Why a connection could not be made, in a sentence that says where to look. It never holds the password. */
export function complaintOf(error: unknown, target: AsteriskTarget): string {
  if (error instanceof SocketTurnedAway || error instanceof AriRefusal) {
    return byStatus(error.status, target);
  }
  if (error instanceof NotAnAsterisk || error instanceof AriShapeError) {
    return `what answers at ${target.baseUrl} is not an Asterisk: check the address and the port`;
  }
  if (error instanceof DriverInDoubt && error.cause instanceof Error) {
    return byNetworkError(error.cause, target);
  }
  return error instanceof Error ? byNetworkError(error, target) : `${target.baseUrl} failed`;
}

function byStatus(status: number, { baseUrl, application }: AsteriskTarget): string {
  switch (status) {
    case 401:
      return `Asterisk at ${baseUrl} refuses the user name or password: check ari.conf`;
    case 403:
      return `Asterisk at ${baseUrl} lets this user only read: set read_only=no in ari.conf`;
    case 404:
      return `${baseUrl} answers, but has no ARI for the application ${application}: is this an Asterisk, is enabled=yes in ari.conf, and is the prefix of http.conf part of the address?`;
    case 503:
      return `Asterisk at ${baseUrl} is still starting`;
    default:
      return `${baseUrl} answered with status ${status.toString()}: is this an Asterisk?`;
  }
}

function byNetworkError(error: Error, { baseUrl }: AsteriskTarget): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing answers at ${baseUrl}: is Asterisk running, and do enabled=yes, bindaddr and bindport in http.conf fit the address?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name in ${baseUrl} cannot be found`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `no way to ${baseUrl}: check the network and the firewall`;
    default:
      break;
  }
  // The parser of Node names its complaints HPE_…: what came back was not HTTP (a SIP port, a TLS port …).
  if (code.startsWith('HPE_') || code === 'EPROTO') {
    return `what answers at ${baseUrl} does not speak HTTP as an Asterisk does: check the address and the port`;
  }
  if (code.includes('CERT') || code.includes('SIGNED')) {
    return `the certificate of ${baseUrl} is not trusted (${code}): give it to Node with NODE_EXTRA_CA_CERTS`;
  }
  return `the connection to ${baseUrl} failed: ${error.message}`;
}
