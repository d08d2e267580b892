import { accountOf, sees } from '../access.ts'
import type { Call, Outcome, WhmFunction } from '../function.ts'
import { done, missing, refused, uncaught } from '../outcome.ts'
import { filled } from '../parameters.ts'
import { resellerOf } from '../resellers.ts'
import { randomCpsess, sessionId } from '../session-names.ts'
import type { SessionService, World } from '../world.ts'

const UNOPENED_SECONDS = 900
const MOST_SESSIONS = 200
const PORTS: Readonly<Record<SessionService, number>> = {
  cpaneld: 2083,
  whostmgrd: 2087,
  webmaild: 2096,
}

const create_user_session: WhmFunction = {
  name: 'create_user_session',
  acl: ['create-user-session'],
  changes: true,
  run(world: World, call: Call): Outcome {
    const asked = filled(call.params, 'user')
    const service = serviceOf(filled(call.params, 'service'))
    if (asked === undefined) return missing('user')
    if (service === undefined) return missing('service')
    const user = asked.includes('@') ? ownerOfAddress(world, asked) : asked
    if (user === undefined || !reachable(world, call, user)) {
      return uncaught(`You do not have a user named “${asked}”.`)
    }
    if (service === 'whostmgrd' && user !== 'root' && resellerOf(world, user) === undefined) {
      return refused(`The user “${user}” is not a reseller.`)
    }
    const session = {
      id: sessionId(asked),
      user: asked,
      service,
      app: filled(call.params, 'app') ?? null,
      security_token: randomCpsess(),
      expires: call.now + UNOPENED_SECONDS,
      opened: false,
    }
    world.sessions = [
      ...world.sessions.filter((each) => each.expires > call.now).slice(-MOST_SESSIONS),
      session,
    ]
    const base = `${addressOf(world, call, service)}${session.security_token}`
    return done({
      reason: 'Created session',
      data: {
        cp_security_token: session.security_token,
        expires: session.expires,
        service,
        session: session.id,
        url: `${base}/login/?session=${encodeURIComponent(session.id).replaceAll('%3A', '%3a')}`,
      },
    })
  },
}

function serviceOf(value: string | undefined): SessionService | undefined {
  return value === 'cpaneld' || value === 'whostmgrd' || value === 'webmaild' ? value : undefined
}

function ownerOfAddress(world: World, address: string): string | undefined {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  return Object.values(world.accounts).find((account) => account.domain === domain)?.user
}

function reachable(world: World, call: Call, user: string): boolean {
  if (user === 'root') return call.caller.is_root
  const account = accountOf(world, user)
  return account !== undefined && (sees(call, account) || user === call.caller.user)
}

function addressOf(world: World, call: Call, service: SessionService): string {
  const { session_host: host, session_ports: ports } = world.settings
  const name = filled(call.params, 'preferred_domain') ?? host ?? world.hostname
  const port = ports === 'own' ? new URL(call.origin).port : String(PORTS[service])
  return `https://${name}:${port}`
}

/** Functions around login sessions. */
export const sessions: readonly WhmFunction[] = [create_user_session]
