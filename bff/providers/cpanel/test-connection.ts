import type { Certificate, TestCause } from '../../contract/resources.ts'
import type { AllowedHosts } from '../address-rule.ts'
import type { PanelTarget, TestOutcome } from '../provider.ts'
import { privilegesData, versionData } from './functions.ts'
import { guardedLookup } from './lookup.ts'
import { describeCertificate, presentedCertificate } from './tls-pin.ts'
import type { Failed, WhmClient } from './whm-client.ts'

/** The first version with API tokens and with everything we call. */
const OLDEST_MAJOR = 68
/** Milliseconds the whole test may take per question. */
const PATIENCE = 15_000

/** Whether a version such as `11.138.0.6` is one we know how to talk to. Pure. */
export function isTooOld(version: string): boolean {
  const major = /^\s*(?:11\.)?(\d+)\./.exec(`${version}.`)?.[1]
  return major !== undefined && Number(major) < OLDEST_MAJOR
}

/** What a call that did not get through tells about the connection. Pure. */
export function causeOf(outcome: Failed): TestCause {
  switch (outcome.code) {
    case 'name_not_found':
    case 'certificate':
    case 'address_forbidden':
      return outcome.code
    case 'connection_refused':
    case 'connection_lost':
      return 'refused'
    case 'connect_timeout':
    case 'timeout':
      return 'timeout'
    case 'access_denied':
      return 'token_refused'
    case 'function_unknown':
      return 'too_old'
    default:
      return 'not_whm'
  }
}

async function certificateOf(
  { host, port }: Pick<PanelTarget, 'host' | 'port'>,
  allowed: AllowedHosts,
): Promise<Certificate | undefined> {
  try {
    const der = await presentedCertificate(host, port, PATIENCE, guardedLookup(allowed))
    return describeCertificate(der)
  } catch {
    return undefined
  }
}

async function explain(
  outcome: Failed,
  target: Pick<PanelTarget, 'host' | 'port'>,
  allowed: AllowedHosts,
): Promise<TestOutcome> {
  const cause = causeOf(outcome)
  if (cause !== 'certificate') return { cause }
  const certificate = await certificateOf(target, allowed)
  // A handshake that shows no certificate is no handshake: something else listens there.
  return certificate === undefined ? { cause: 'not_whm' } : { cause, certificate }
}

/** Connects once with this token and names what stands in the way, with the certificate to compare and pin. */
export async function testConnection(
  client: WhmClient,
  target: Pick<PanelTarget, 'host' | 'port'>,
  allowed: AllowedHosts,
): Promise<TestOutcome> {
  const told = await client.call('version', {}, versionData, { timeout: PATIENCE, always: true })
  if (told.kind === 'done') {
    const { version } = told.data
    return { cause: isTooOld(version) ? 'too_old' : 'ok', version }
  }
  if (told.code === 'access_denied') {
    // A good token that may not ask for the version is answered like a wrong one: what it may do tells them apart.
    const rights = await client.call('myprivs', {}, privilegesData, {
      timeout: PATIENCE,
      always: true,
    })
    return rights.kind === 'done' ? { cause: 'ok' } : explain(rights, target, allowed)
  }
  return explain(told, target, allowed)
}
