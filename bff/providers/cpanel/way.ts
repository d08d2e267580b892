import type { WayEvent } from '../breaker.ts'
import { type Cause, VERDICTS } from './verdicts.ts'
import type { CallOutcome } from './whm-client.ts'

/** What stops a call on our side of the way: it says nothing about the server, whoever's token is used. */
const OURS: readonly Cause[] = ['address_forbidden', 'tls_failed', 'left_alone']
/** Broken ways and 5xx. What was answered in words nobody can use was answered. */
const AGAINST: readonly Cause[] = [
  'name_not_found',
  'connection_refused',
  'connect_timeout',
  'cut_before_write',
  'cut_after_write',
  'half_body',
  'timeout',
  'server_error',
  'proxy_timeout',
]

/** What a call told about the way to its server: only transport failures and 5xx speak against it. Pure. */
export function wayOf(outcome: CallOutcome<unknown>): WayEvent {
  if (outcome.kind === 'done') return 'answered'
  if (OURS.includes(outcome.cause)) return 'nothing'
  return AGAINST.includes(outcome.cause) ? 'failed' : 'answered'
}

/** Whether what keeps a server from being asked stays until a person does something about it. Pure. */
export function isLasting(cause: Cause): boolean {
  return VERDICTS[cause].transport && cause !== 'left_alone' && !AGAINST.includes(cause)
}
