import { after, before } from 'node:test'
import { Agent, request } from 'undici'
import { LIMITED_TOKEN, RESELLER_TOKEN, ROOT_TOKEN } from '../../bff/demo/whm/sample.ts'
import { startWhm, type Whm, type WhmOptions } from '../../bff/demo/whm/server.ts'

type Value = string | number | readonly string[]

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** The body as JSON; `undefined` when it is none. */
  readonly json: unknown
}

/** A server for the tests of one situation, with the ways to ask it. */
export class Asked {
  readonly whm: Whm
  readonly agent: Agent

  constructor(whm: Whm) {
    this.whm = whm
    this.agent = new Agent({ connect: { ca: whm.ca } })
  }

  async send(
    path: string,
    options: {
      readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Buffer | AsyncIterable<Buffer>
    } = {},
  ): Promise<Answer> {
    const { body = null } = options
    const answer = await request(new URL(path, this.whm.url), {
      dispatcher: this.agent,
      method: options.method ?? 'GET',
      headers: { ...options.headers },
      // undici takes any iterable as a stream, its type names only the ones of Node.
      body: body as string | Buffer | null,
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, headers: answer.headers, text, json: jsonOf(text) }
  }

  /** A call of API 1 by POST. */
  call(
    name: string,
    params: Readonly<Record<string, Value>> = {},
    authorization = ROOT,
  ): Promise<Answer> {
    return this.send(`/json-api/${name}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: form({ 'api.version': 1, ...params }),
    })
  }

  /** A call of API 0 by GET. */
  call0(
    name: string,
    params: Readonly<Record<string, Value>> = {},
    authorization = ROOT,
  ): Promise<Answer> {
    return this.send(`/json-api/${name}?${form(params)}`, { headers: { authorization } })
  }

  async reason(
    name: string,
    params: Readonly<Record<string, Value>> = {},
    authorization = ROOT,
  ): Promise<string> {
    const { reason } = fields(fields((await this.call(name, params, authorization)).json).metadata)
    return String(reason)
  }

  async data(
    name: string,
    params: Readonly<Record<string, Value>> = {},
    authorization = ROOT,
  ): Promise<Record<string, unknown>> {
    return fields(fields((await this.call(name, params, authorization)).json).data)
  }

  /** Whether a call succeeded. */
  async works(
    name: string,
    params: Readonly<Record<string, Value>> = {},
    authorization = ROOT,
  ): Promise<boolean> {
    const { json } = await this.call(name, params, authorization)
    return Number(fields(fields(json).metadata).result) === 1
  }

  /** Asks the control address. */
  async control(
    asked: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const [method = 'GET', path = '/'] = asked.split(' ')
    const answer = await request(new URL(path, this.whm.controlUrl), {
      // The tests name methods of HTTP only.
      method: method as 'GET',
      headers: { ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, headers: answer.headers, text, json: jsonOf(text) }
  }

  async close(): Promise<void> {
    await this.agent.destroy()
    await this.whm.close()
  }
}

export const ROOT = `whm root:${ROOT_TOKEN}`
export const LIMITED = `whm root:${LIMITED_TOKEN}`
export const HARBOUR = `whm harbour:${RESELLER_TOKEN}`
export const STRONG = 'Copper.rain-58-Ladder'

/** A form of name and value pairs. */
export function form(params: Readonly<Record<string, Value>>): string {
  const pairs = Object.entries(params).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, String(each)]),
  )
  return new URLSearchParams(pairs).toString()
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An object's entries; none for anything else. */
export function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** `metadata` of an answer. */
export function metadata(answer: Answer): Record<string, unknown> {
  return fields(fields(answer.json).metadata)
}

/** A server that lives as long as the situation around it; each situation has one of its own. */
export function server(options: WhmOptions = {}): Asked {
  const holder: { asked?: Asked } = {}
  before(async () => {
    holder.asked = new Asked(await startWhm(options))
  })
  after(() => holder.asked?.close())
  return new Proxy(Object.create(Asked.prototype), {
    get(_target, key) {
      if (holder.asked === undefined) throw new Error('The server has not started yet.')
      const value: unknown = Reflect.get(holder.asked, key)
      return typeof value === 'function' ? value.bind(holder.asked) : value
    },
  })
}
