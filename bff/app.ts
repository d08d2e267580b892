import { Hono } from 'hono'
import { challengeOf } from './auth/challenge.ts'
import { allows, type Grant, mayTouch } from './auth/grant.ts'
import { stepUpNeeded } from './auth/step-up.ts'
import { describeFault, refusedFor, type TokenFault } from './auth/token-fault.ts'
import { type VerifyDeps, verify } from './auth/verify.ts'
import type { ConfigurationDeps } from './configurations/deps.ts'
import type { TenantId } from './contract/ids.ts'
import { isRefusal } from './contract/refusal.ts'
import type { Access, Authenticate, TurnedAway } from './http/access.ts'
import { actionRoutes } from './http/actions.ts'
import type { AddressOf } from './http/client-address.ts'
import { configurationRoutes } from './http/configurations.ts'
import { describeRoutes } from './http/describe.ts'
import { errorsRoute } from './http/errors.ts'
import { eventRoutes } from './http/events.ts'
import { fieldRoutes } from './http/fields.ts'
import { installFrontDoor, installNotFound } from './http/front-door.ts'
import { logExportRoutes } from './http/log-export.ts'
import { logRoutes } from './http/logs.ts'
import { operationRoutes } from './http/operations.ts'
import { problemResponse } from './http/problem.ts'
import type { Rates } from './http/rates.ts'
import { type Described, type Env, Routes } from './http/route.ts'
import { securityHeaders } from './http/security-headers.ts'
import { serviceRoutes } from './http/services.ts'
import { usageRoutes } from './http/usage.ts'
import { type WidgetFiles, widgetRoutes } from './http/widget-files.ts'
import type { EngineDeps } from './operations/deps.ts'
import type { Feed } from './operations/feed.ts'
import type { Say } from './operations/present.ts'
import type { Refresher } from './services/refresh.ts'
import { registerService } from './services/register.ts'

/** Everything the app is composed of; `main.ts` or a test builds it and hands it in. */
export interface AppDeps {
  readonly engine: EngineDeps
  readonly configurations: ConfigurationDeps
  readonly refresher: Pick<Refresher, 'refresh'>
  readonly feed: Pick<Feed, 'open'>
  readonly auth: VerifyDeps
  /** Told why a request was not let in. */
  readonly turnedAway?: (entry: TurnedAway) => void
  sayFor(
    accept_language: string | undefined,
    time_zone?: string,
  ): {
    readonly language: string
    readonly say: Say
    readonly calm?: Say
    readonly asked?: boolean
  }
  isKnownOrigin(origin: string): Promise<boolean>
  /** What a tenant's clients are spoken to in when they ask for no language of ours; nothing in particular unless told. */
  languageOf?(tenant: TenantId): Promise<string | undefined>
  /** Whether the database answers and its schema is current. */
  isReady(): Promise<boolean>
  /** Counts requests and refuses what is too much; nothing is counted without. */
  readonly rates?: Rates
  /** Tells callers apart by where they come from; they are not without. */
  readonly addressOf?: AddressOf
  /** What is not as it should be and yet no reason to send nobody here; no tenant is named in it. */
  readonly warnings?: () => readonly string[]
  /** The built elements, served under `/widgets/`; none unless told. */
  readonly widgets?: WidgetFiles
}

export interface App {
  readonly hono: Hono<Env>
  /** Every route under `/v1` that needs a token. */
  readonly routes: readonly Described[]
}

/** Who asked, as it is kept with an operation: never a subject alone, and both where one acts for another. */
function subjectOf({ issuer, subject, act, acting }: Grant): string {
  return act === undefined ? `${issuer} ${subject}` : `${issuer} ${acting} for ${subject}`
}

function accessOf(grant: Grant, { clock, revocations }: VerifyDeps): Access {
  return {
    tenant: grant.tenant,
    token: `${grant.issuer} ${grant.jti}`,
    subject: subjectOf(grant),
    acting: `${grant.issuer} ${grant.acting}`,
    role: grant.role,
    actor: {
      role: grant.role,
      label: grant.label,
      subject: grant.subject,
      ...(grant.act === undefined ? {} : { act: grant.act, act_subject: grant.acting }),
    },
    until: grant.expires_at * 1000,
    registration: grant.registration,
    reaches: (service) => mayTouch(grant, service),
    allows: (scope, service) => allows(grant, scope, service),
    stepUp: (action) => stepUpNeeded(grant.step_up, action, grant, clock.now()),
    isRevoked: async () => (await revocations.faultOf(grant.credential)) !== undefined,
  }
}

/** Seconds after which a page may ask again when the keys of its issuer could not be fetched. */
const KEYS_RETRY = 5

/** When to come back, in the words of every other rate where it is one. Pure. */
function waitingHeaders(fault: TokenFault): Record<string, string> {
  switch (fault.reason) {
    case 'keys_unavailable':
      return { 'retry-after': String(KEYS_RETRY) }
    case 'held_back':
      return {
        'retry-after': String(fault.seconds),
        'ratelimit-policy': `"failures";q=${fault.bound};w=${fault.bound}`,
        ratelimit: `"failures";r=0;t=${fault.seconds}`,
      }
    default:
      return {}
  }
}

function authenticator(deps: AppDeps): Authenticate {
  return async ({ request_id, ...presented }) => {
    const verified = await verify(deps.auth, presented)
    if (!verified.ok) {
      const { fault, tenant } = verified
      const code = refusedFor(fault)
      deps.turnedAway?.({ request_id, code, reason: describeFault(fault), tenant })
      return {
        kind: 'denied',
        code,
        challenge: challengeOf(code),
        ...(code === 'origin_forbidden' ? { foreign: true } : {}),
        headers: waitingHeaders(fault),
      }
    }
    const access = accessOf(verified.grant, deps.auth)
    const { registration } = access
    const first_use =
      registration === undefined
        ? undefined
        : async () => {
            const done = await registerService(
              { db: deps.engine.db, clock: deps.engine.clock, provider: deps.engine.provider },
              access.tenant,
              access.actor,
              registration,
            )
            return isRefusal(done) ? done : undefined
          }
    const language = await deps.languageOf?.(access.tenant)
    return { kind: 'granted', access: { ...access, language }, first_use }
  }
}

/** Puts the BFF's HTTP side together. Opens nothing and listens nowhere. */
export function createApp(deps: AppDeps): App {
  const { engine } = deps
  const hono = new Hono<Env>()
  hono.use(securityHeaders())
  // Before the front door: these are for every page, so their headers know no tenant.
  if (deps.widgets !== undefined) hono.route('/', widgetRoutes(deps.widgets))
  installFrontDoor(hono, {
    now: () => engine.clock.now(),
    sayFor: deps.sayFor,
    isKnownOrigin: deps.isKnownOrigin,
    report: engine.report,
  })
  const v1 = new Hono<Env>()
  const routes = new Routes(v1, {
    authenticate: authenticator(deps),
    rates: deps.rates,
    addressOf: deps.addressOf,
    turnedAway: deps.turnedAway,
  })
  serviceRoutes(routes, engine)
  actionRoutes(routes, {
    engine,
    async freshen(access, service) {
      const read = await deps.refresher.refresh(access.tenant, service)
      return read?.fault
    },
  })
  operationRoutes(routes, engine)
  eventRoutes(routes, { db: engine.db, feed: deps.feed })
  fieldRoutes(routes, engine)
  logRoutes(routes, engine)
  logExportRoutes(routes, { db: engine.db, clock: engine.clock, vault: engine })
  usageRoutes(routes, engine)
  configurationRoutes(routes, deps.configurations)
  const description = describeRoutes('/v1', routes.described)
  v1.get('/openapi.json', (c) => c.json(description, 200, { 'cache-control': 'no-store' }))
  errorsRoute(v1)
  hono.route('/v1', v1)
  hono.get('/livez', (c) => c.text('ok'))
  hono.get('/readyz', async (c) => {
    const { say, request_id } = c.get('facts')
    return (await deps.isReady())
      ? c.text(['ok', ...(deps.warnings?.() ?? [])].join('\nwarning: '))
      : problemResponse('not_ready', say, request_id)
  })
  installNotFound(hono, '/v1', routes.described, [
    ...['/v1/openapi.json', '/v1/errors', '/v1/errors/*', '/livez', '/readyz'].map((path) => ({
      method: 'GET',
      path,
    })),
    ...(deps.widgets === undefined ? [] : [{ method: 'GET', path: '/widgets/*' }]),
  ])
  return { hono, routes: routes.described }
}
