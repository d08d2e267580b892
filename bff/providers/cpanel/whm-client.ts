import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { buildConnector, Pool } from 'undici'
import type { z } from 'zod'
import type { AllowedHosts } from '../address-rule.ts'
import type { PanelTarget } from '../provider.ts'
import { ServerLine } from '../server-line.ts'
import { readEnvelope } from './envelope.ts'
import { guardedLookup, refuseForbiddenLiteral } from './lookup.ts'
import { causeOfReason } from './reason.ts'
import { pinnedOptions } from './tls-pin.ts'
import { causeOfBreak, type Progress } from './transport.ts'
import { type Cause, type Certainty, VERDICTS } from './verdicts.ts'
import { wayOf } from './way.ts'

/** A call that gave nothing: why, and what that means on a first attempt (see `verdicts.ts`). */
export interface Failed {
  readonly kind: Certainty
  readonly code: (typeof VERDICTS)[Cause]['code']
  readonly cause: Cause
  /** When a server that is being left alone is tried again; milliseconds. */
  readonly until?: number
  /** How long a server asks to be left alone; milliseconds. */
  readonly retry_after?: number
}

/** What one call of WHM came to. */
export type CallOutcome<T> =
  | { readonly kind: 'done'; readonly data: T; readonly warnings: readonly string[] }
  | Failed

/** One parameter may be given several times (`command=…&command=…`). */
export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[]>>

export interface CallOptions {
  /** Milliseconds for the whole call; 30 s unless told. */
  readonly timeout?: number
  readonly signal?: AbortSignal
  /** Asked in the last moment before a byte leaves; nothing is sent on `false`. */
  mayLeave?(): boolean
  /** Make the call although the server is being left alone: a person wants to know. */
  readonly always?: boolean
}

/** Milliseconds to connect in. */
const CONNECT = 10_000
export const READ_TIMEOUT = 30_000
/** Milliseconds the slow writes may take (whm-api §9.6). */
export const WRITE_TIMEOUT = 240_000
const MOST_RETRIES = 2
/** Milliseconds before a read is tried again; twice that the second time. */
const RETRY_AFTER = 100
/** Milliseconds a server may ask for before it is asked again; what asks for more is not tried again at all. */
const LONGEST_RETRY_AFTER = 5000
/** Bytes an answer may have. */
const ANSWER_LIMIT = 4 * 1024 * 1024

class HeldUp extends Error {
  readonly code = 'HELD_UP'
}

class AnswerTooLarge extends Error {
  readonly code = 'ANSWER_TOO_LARGE'
}

function form(parameters: Parameters): string {
  const body = new URLSearchParams([['api.version', '1']])
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'object') for (const one of value) body.append(name, one)
    else body.append(name, typeof value === 'boolean' ? String(Number(value)) : String(value))
  }
  return body.toString()
}

async function readCapped(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > ANSWER_LIMIT) throw new AnswerTooLarge('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const PROXY_TIMEOUTS: readonly number[] = [504, 522, 524]

/** What an answer without a yes is, by status and body. Pure. */
function causeOfAnswer(status: number, body: string): Cause {
  const said = readEnvelope(body)
  if (status === 401 || status === 403)
    return said.kind === 'denied' ? 'denied_by_whm' : 'denied_by_other'
  if (PROXY_TIMEOUTS.includes(status)) return 'proxy_timeout'
  if (status >= 500) return 'server_error'
  if (status !== 200) return 'other_status'
  switch (said.kind) {
    case 'denied':
      return 'denied_by_whm'
    case 'no':
      return causeOfReason(said.reason)
    case 'unusable':
      return said.cause
    case 'yes':
      return 'not_whm'
  }
}

/**
 * One dialogue with one server under one token: POST bodies only, so that nothing secret is in an access log; TLS
 * verified or pinned; no redirects.
 */
export class WhmClient {
  readonly #target: PanelTarget
  readonly #allowed: AllowedHosts
  readonly #patience: number
  readonly #line: ServerLine
  #pool: Promise<Pool> | undefined

  /**
   * @param allowed what the operator allows although it is private; nothing unless told
   * @param patience milliseconds no call is waited for longer, whatever its own time-out
   * @param line the way to this server, shared by all who call it; one of its own unless told
   */
  constructor(
    target: PanelTarget,
    allowed: AllowedHosts = [],
    patience: number = Number.POSITIVE_INFINITY,
    line: ServerLine = new ServerLine({ now: Date.now }),
  ) {
    this.#target = target
    this.#allowed = allowed
    this.#patience = patience
    this.#line = line
  }

  /**
   * Calls one function of WHM API 1.
   *
   * @param schema what `data` must look like; an answer of another shape is `not_whm`
   * @returns `left_alone`, with nothing sent, while the server does not answer others
   */
  async call<T>(
    name: string,
    parameters: Parameters,
    schema: z.ZodType<T>,
    options: CallOptions = {},
  ): Promise<CallOutcome<T>> {
    const passed = await this.#line.pass(
      () => this.#make(name, parameters, schema, options),
      wayOf,
      options.always,
    )
    return passed.kind === 'made'
      ? passed.outcome
      : { ...failed('left_alone'), until: passed.until }
  }

  async #make<T>(
    name: string,
    parameters: Parameters,
    schema: z.ZodType<T>,
    options: CallOptions,
  ): Promise<CallOutcome<T>> {
    const { signal } = options
    const timeout = Math.min(options.timeout ?? READ_TIMEOUT, this.#patience)
    const within = AbortSignal.timeout(timeout)
    let progress: Progress = 'unwritten'
    const encoded = Buffer.from(form(parameters))
    function* pulled() {
      if (options.mayLeave?.() === false) throw new HeldUp('held up for too long')
      progress = 'written'
      yield encoded
    }
    try {
      const pool = await this.#open()
      const { statusCode, headers, body } = await pool.request({
        method: 'POST',
        path: `/json-api/${name}`,
        headers: {
          authorization: `whm ${this.#target.user}:${this.#target.token}`,
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': String(encoded.length),
          accept: 'application/json',
        },
        // A body that is pulled tells us when the connection began to take it.
        body: Readable.from(pulled(), { objectMode: false }),
        signal: signal === undefined ? within : AbortSignal.any([within, signal]),
        headersTimeout: timeout,
        bodyTimeout: timeout,
      })
      progress = 'answered'
      return this.#read(statusCode, await readCapped(body), schema, headers['retry-after'])
    } catch (error) {
      return failed(causeOfBreak(error, progress))
    }
  }

  /**
   * Calls a function that changes nothing: asked again, twice at most, when the connection broke or the server had a
   * fault of its own, as long as there is time and not everything fails.
   */
  async ask<T>(
    name: string,
    parameters: Parameters,
    schema: z.ZodType<T>,
    options: CallOptions = {},
  ): Promise<CallOutcome<T>> {
    const { timeout = READ_TIMEOUT } = options
    const { retries } = this.#line
    const began = performance.now()
    for (let again = 0; ; again++) {
      const left = Math.max(1, Math.ceil(timeout - (performance.now() - began)))
      const outcome = await this.call(name, parameters, schema, { ...options, timeout: left })
      if (outcome.kind === 'done') retries.earn()
      const late = performance.now() - began > timeout / 2
      if (!isPassing(outcome) || again === MOST_RETRIES || late) return outcome
      const pause = retryPause(outcome, again)
      if (pause === undefined || !retries.spend()) return outcome
      await setTimeout(pause)
    }
  }

  async close(): Promise<void> {
    const pool = await this.#pool?.catch(() => undefined)
    await pool?.close()
  }

  #read<T>(
    status: number,
    body: string,
    schema: z.ZodType<T>,
    retryAfter: string | string[] | undefined,
  ): CallOutcome<T> {
    const said = status === 200 ? readEnvelope(body) : undefined
    if (said?.kind !== 'yes') {
      const retry_after = secondsOf(retryAfter)
      return {
        ...failed(causeOfAnswer(status, body)),
        ...(retry_after === undefined ? {} : { retry_after }),
      }
    }
    const data = schema.safeParse(said.data)
    return data.success
      ? { kind: 'done', data: data.data, warnings: said.warnings }
      : failed('not_whm')
  }

  async #connect(): Promise<Pool> {
    const { host, port, pin } = this.#target
    refuseForbiddenLiteral(host, this.#allowed)
    const lookup = guardedLookup(this.#allowed)
    const timeout = Math.min(CONNECT, this.#patience)
    const optionsNow = () => pinnedOptions(host, port, pin, timeout, lookup)
    const tls = await optionsNow()
    // A key outlives its certificate: each connection looks at the one that is presented by then.
    const renewing: buildConnector.connector = (asked, done) => {
      optionsNow().then(
        (now) => buildConnector({ ...now, lookup, timeout })(asked, done),
        (error: Error) => done(error, null),
      )
    }
    return new Pool(`https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`, {
      connections: 8,
      // Bodies of calls that change something must never wait behind one another on one connection.
      pipelining: 1,
      connect: pin !== undefined && 'spki' in pin ? renewing : { ...tls, lookup, timeout },
    })
  }

  #open(): Promise<Pool> {
    if (this.#pool === undefined) {
      const opening = this.#connect()
      this.#pool = opening
      // A pin that could not be checked is checked again by the next call.
      opening.catch(() => {
        if (this.#pool === opening) this.#pool = undefined
      })
    }
    return this.#pool
  }
}

/** What may be over in a moment: a connection that broke, a fault inside the server. */
function isPassing(outcome: CallOutcome<unknown>): boolean {
  return outcome.kind !== 'done' && VERDICTS[outcome.cause].passing
}

/** `Retry-After` in seconds, as milliseconds. A date there is left out: it asks for more than a reader waits. */
function secondsOf(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined
}

/** Milliseconds to the next try, scattered so that readers do not come back together; undefined for none. */
function retryPause(outcome: CallOutcome<unknown>, again: number): number | undefined {
  const asked = outcome.kind === 'done' ? 0 : (outcome.retry_after ?? 0)
  if (asked > LONGEST_RETRY_AFTER) return undefined
  return asked + RETRY_AFTER * (again + 1) * (0.5 + Math.random() / 2)
}

function failed(cause: Cause): Failed {
  const { first, code } = VERDICTS[cause]
  return { kind: first, code, cause }
}
