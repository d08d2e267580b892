import { zValidator } from '@hono/zod-validator'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { scopeChallenge } from '../auth/challenge.ts'
import type { ProblemCode } from '../contract/problem.ts'
import { isScope, type Scope } from '../contract/scopes.ts'
import type { Say } from '../operations/present.ts'
import type { Access, Authenticate, Granted, TurnedAway } from './access.ts'
import { begunBody } from './begun-body.ts'
import type { AddressOf } from './client-address.ts'
import { type ProblemDetails, problemResponse } from './problem.ts'
import { COST, type Rates } from './rates.ts'
import { readJsonBody } from './read-body.ts'

/** What every request carries once the front door has seen it. */
export interface RequestFacts {
  readonly request_id: string
  readonly language: string
  readonly say: Say
  /** The same language in the calm words of clients; they replace `say` once a client's token is verified. */
  readonly calm?: Say
  /** The words of a language the reader has not asked for by name; only where none of ours was. */
  readonly otherwise?: (language: string) => Pick<RequestFacts, 'language' | 'say' | 'calm'>
  /** The token was good, and the page is not its tenant's: it may read nothing of the answer. */
  readonly foreign?: boolean
}
export interface Env {
  readonly Variables: { facts: RequestFacts }
  readonly Bindings: {
    /** The address at the other end of the connection, where there is one. */
    readonly peer?: string | undefined
  }
}

/** What a handler gives back: a body that is still checked against the route's schema, or a problem. */
export type Outcome<R> =
  | {
      readonly kind: 'ok'
      readonly body: R
      readonly status?: 200 | 201 | 202
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly kind: 'empty' }
  | { readonly kind: 'stream'; readonly body: ReadableStream<Uint8Array> }
  | {
      readonly kind: 'download'
      readonly body: ReadableStream<Uint8Array>
      /** Media type. */
      readonly type: string
      /** Of the file it is kept in: letters, digits, dots, hyphens, tildes and underscores. */
      readonly name: string
    }
  | {
      readonly kind: 'problem'
      readonly code: ProblemCode
      readonly details?: ProblemDetails
      /** Beside `insufficient_scope`: the one that would do, where one is known. */
      readonly scope?: Scope
      /** Why the token does not do for it, where that is told to our log only. */
      readonly turned_away?: string
    }

export interface Handling<B, Q> {
  readonly access: Access
  readonly facts: RequestFacts
  readonly params: Readonly<Record<string, string>>
  readonly body: B
  readonly query: Q
  /** `Idempotency-Key`; an empty string where the route needs none and none came. */
  readonly key: string
  /** `Last-Event-ID`; an empty string where none came. */
  readonly last_event_id: string
}

/** One route, declared once: validation, scope check and the published description all come from this. */
export interface RouteSpec<B, Q, R> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/v1`, with Hono's `:name` parameters. `:service` binds the token to a service. */
  readonly path: string
  readonly summary: string
  /** Scope needed; null where the handler itself decides, having looked the object up. */
  readonly scope: Scope | ((params: Readonly<Record<string, string>>) => Scope) | null
  readonly body?: z.ZodType<B>
  readonly query?: z.ZodType<Q>
  readonly response: z.ZodType<R>
  readonly statuses: readonly number[]
  readonly key?: 'required' | 'optional'
  /** Units it is counted as, by its query; a read or a write unless told. */
  readonly cost?: number | ((query: Readonly<Record<string, string>>) => number)
  /** Its success is `text/event-stream`, which `response` describes a block's `data` of. */
  readonly streams?: true
  /** Media types of its success, which is a file. */
  readonly downloads?: readonly string[]
  handle(handling: Handling<B, Q>): Promise<Outcome<R>>
}

/** A route as the description and the tests see it. */
export interface Described {
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly scope: string | null
  readonly body: z.ZodType | undefined
  readonly query: z.ZodType | undefined
  readonly response: z.ZodType
  readonly statuses: readonly number[]
  readonly streams: boolean
  readonly downloads: readonly string[]
}

const KEY = /^[\x21-\x7e]{8,128}$/

function faultsOf(error: { issues: readonly { path: PropertyKey[]; code?: string }[] }) {
  return error.issues.slice(0, 20).map((issue) => ({
    pointer: issue.path
      .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join(''),
    code: 'invalid',
    params: {},
  }))
}

/** What every route stands behind. */
export interface RoutesDeps {
  readonly authenticate: Authenticate
  /** Nothing is counted without. */
  readonly rates?: Rates | undefined
  /** Callers are not told apart without. */
  readonly addressOf?: AddressOf | undefined
  /** Told where a handler finds that a token does not do. */
  readonly turnedAway?: ((entry: TurnedAway) => void) | undefined
}

/** Declares routes on an app and keeps their descriptions. */
export class Routes {
  readonly described: Described[] = []
  readonly #app: Hono<Env>
  readonly #deps: RoutesDeps

  constructor(app: Hono<Env>, deps: RoutesDeps) {
    this.#app = app
    this.#deps = deps
  }

  add<B, Q, R>(spec: RouteSpec<B, Q, R>): void {
    this.described.push({
      method: spec.method,
      path: spec.path,
      summary: spec.summary,
      scope: typeof spec.scope === 'function' ? spec.scope({}) : spec.scope,
      body: spec.body,
      query: spec.query,
      response: spec.response,
      statuses: [...new Set([...spec.statuses, 429])].sort((a, b) => a - b),
      streams: spec.streams === true,
      downloads: spec.downloads ?? [],
    })
    const invalid =
      (code: ProblemCode) =>
      (
        result: { success: boolean; error?: { issues: readonly { path: PropertyKey[] }[] } },
        c: Context<Env>,
      ) => {
        if (result.success) return undefined
        const { say, request_id } = c.get('facts')
        return problemResponse(code, say, request_id, {
          faults: result.error === undefined ? [] : faultsOf(result.error),
        })
      }
    const chain: MiddlewareHandler[] = [
      async (c, next) => {
        const refused = await this.#admit(spec, c)
        if (refused === undefined) await next()
        else c.res = refused
        const headers = ratings.get(c.req.raw)
        if (headers !== undefined)
          for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
      },
      zValidator('query', spec.query ?? z.strictObject({}), invalid('bad_request')),
    ]
    if (spec.body !== undefined) {
      const schema = spec.body
      chain.push(async (c, next) => {
        const read = await readJsonBody(c.req.raw)
        const { say, request_id } = c.get('facts')
        if (!read.ok) return problemResponse(read.code, say, request_id)
        const checked = schema.safeParse(read.value)
        if (!checked.success) return invalid('body_invalid')(checked, c)
        bodies.set(c.req.raw, checked.data)
        return next()
      })
    }
    chain.push(async (c) => this.#answer(spec, c))
    this.#app.on([spec.method], [spec.path], ...chain)
  }

  /** Token, then whether the service exists for it, then the scope: in this order, so that nothing is given away. */
  async #admit<B, Q, R>(spec: RouteSpec<B, Q, R>, c: Context<Env>): Promise<Response | undefined> {
    const facts = c.get('facts')
    const { request_id } = facts
    let { say } = facts
    const entry = await this.#deps.authenticate({
      request_id,
      in_query: c.req.query('access_token') !== undefined,
      authorization: c.req.header('authorization'),
      origin: c.req.header('origin'),
      address: this.#deps.addressOf?.(c.env?.peer, c.req.raw.headers),
    })
    if (entry.kind === 'denied') {
      if (entry.foreign === true) c.set('facts', { ...facts, foreign: true })
      return problemResponse(entry.code, say, request_id, {
        headers: {
          ...(entry.challenge === undefined ? {} : { 'www-authenticate': entry.challenge }),
          ...entry.headers,
        },
      })
    }
    if (entry.access.role === 'client') {
      const { language } = entry.access
      const spoken = language === undefined ? facts : (facts.otherwise?.(language) ?? facts)
      say = spoken.calm ?? spoken.say
      c.set('facts', { ...facts, language: spoken.language, say })
    }
    const params = c.req.param()
    const service = 'service' in params ? String(params.service) : undefined
    const reaches = service === undefined || entry.access.reaches(service)
    const rated = this.#deps.rates?.take(
      entry.access,
      service === undefined ? undefined : { id: service, reaches },
      costOf(spec, c),
    )
    if (rated !== undefined) ratings.set(c.req.raw, rated.headers)
    if (rated?.allowed === false) return problemResponse('rate_limited', say, request_id)
    if (!reaches) return problemResponse('not_found', say, request_id)
    const scope = typeof spec.scope === 'function' ? spec.scope(params) : spec.scope
    // A name no action can have must not reach a header.
    if (scope !== null && !isScope(scope)) return problemResponse('not_found', say, request_id)
    if (scope !== null && !entry.access.allows(scope, service))
      return problemResponse('insufficient_scope', say, request_id, {
        headers: { 'www-authenticate': scopeChallenge(scope) },
      })
    const key = c.req.header('idempotency-key') ?? ''
    if (spec.key === 'required' && key === '')
      return problemResponse('key_missing', say, request_id)
    if (key !== '' && !KEY.test(key)) return problemResponse('bad_request', say, request_id)
    accesses.set(c.req.raw, { access: entry.access, key, first_use: entry.first_use })
    return undefined
  }

  async #answer<B, Q, R>(spec: RouteSpec<B, Q, R>, c: Context<Env>): Promise<Response> {
    const facts = c.get('facts')
    const admitted = accesses.get(c.req.raw)
    if (admitted === undefined) throw new Error('a request reached its handler without access')
    const { first_use, ...let_in } = admitted
    const refused = await first_use?.()
    if (refused !== undefined)
      return problemResponse(refused.code, facts.say, facts.request_id, {
        ...(refused.faults === undefined ? {} : { faults: refused.faults }),
      })
    const query = spec.query === undefined ? undefined : spec.query.parse(c.req.query())
    const outcome = await spec.handle({
      ...let_in,
      facts,
      params: c.req.param(),
      // What a schema has checked; a route without a schema of one declares that type as undefined.
      body: bodies.get(c.req.raw) as B,
      query: query as Q,
      last_event_id: c.req.header('last-event-id') ?? '',
    })
    switch (outcome.kind) {
      case 'problem':
        if (outcome.turned_away !== undefined)
          this.#deps.turnedAway?.({
            request_id: facts.request_id,
            code: outcome.code,
            reason: outcome.turned_away,
            tenant: let_in.access.tenant,
          })
        return problemResponse(
          outcome.code,
          facts.say,
          facts.request_id,
          outcome.code === 'insufficient_scope'
            ? withScopeChallenge(outcome.details, outcome.scope)
            : outcome.details,
        )
      case 'empty':
        return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
      case 'stream': {
        // Nobody will read it: it would be kept open for nothing.
        const isRead = c.req.raw.method !== 'HEAD'
        if (!isRead) await outcome.body.cancel()
        return new Response(isRead ? outcome.body : null, {
          headers: {
            'content-type': 'text/event-stream; charset=utf-8',
            'cache-control': 'no-store, no-transform',
            'x-accel-buffering': 'no',
          },
        })
      }
      case 'download': {
        const isRead = c.req.raw.method !== 'HEAD'
        if (!isRead) await outcome.body.cancel()
        return new Response(isRead ? await begunBody(outcome.body) : null, {
          headers: {
            'content-type': outcome.type,
            'content-disposition': `attachment; filename="${outcome.name.replaceAll(/[^\w.~-]/g, '_')}"`,
            'cache-control': 'no-store, no-transform',
          },
        })
      }
      case 'ok':
        return new Response(JSON.stringify(spec.response.parse(outcome.body)), {
          status: outcome.status ?? 200,
          headers: {
            ...outcome.headers,
            'content-type': 'application/json',
            'cache-control': 'no-store',
          },
        })
    }
  }
}

/** A 403 of a verb says to a program what a 403 of the door says (RFC 6750 §3.1). Pure. */
function withScopeChallenge(details: ProblemDetails = {}, scope?: Scope): ProblemDetails {
  return { ...details, headers: { ...details.headers, 'www-authenticate': scopeChallenge(scope) } }
}

function costOf<B, Q, R>({ method, cost }: RouteSpec<B, Q, R>, c: Context<Env>): number {
  if (cost !== undefined) return typeof cost === 'number' ? cost : cost(c.req.query())
  return method === 'GET' ? COST.read : COST.write
}

/** Headers that say how a request stands to its rates. */
const ratings = new WeakMap<Request, Readonly<Record<string, string>>>()
const accesses = new WeakMap<
  Request,
  Pick<Granted, 'access' | 'first_use'> & { readonly key: string }
>()
/** Bodies that were read and found good. */
const bodies = new WeakMap<Request, unknown>()
