import { z } from 'zod'
import type { Described } from '../../bff/http/route.ts'
import type { Random } from '../chaos/random.ts'
import { gesture } from './gesture.ts'
import { HOSTILE, HOSTILE_TEXTS, HOSTILE_VALUES } from './hostile.ts'
import { inventedBy, type Words } from './shapes.ts'

/**
 * One request, as it is written down: `⟨op:3⟩`, `⟨cfg:0⟩` and `⟨digest:1⟩` stand for what the BFF has given out so far,
 * which is different in every world.
 */
export interface FuzzRequest {
  readonly as: string
  readonly method: string
  /** With its query, from the root. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What happens to the world between two requests. */
export type Happening =
  | { readonly kind: 'request'; readonly request: FuzzRequest }
  /** The runner looks. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'pass'; readonly seconds: number }
  /** The panel can be asked from now on, or not. */
  | { readonly kind: 'reachable'; readonly so: boolean }
  /** What becomes of the next change on the panel. */
  | {
      readonly kind: 'fate'
      readonly fate: 'done' | 'refused' | 'unsent' | 'cut_before' | 'cut_after'
    }

type Route = Pick<Described, 'method' | 'path' | 'body' | 'query'>

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND'] as const
const ACTIONS = [
  'repack',
  'freeze',
  'found',
  'whisper',
  'forget',
  'peek',
  'erase',
  'nothing',
] as const
const LISTS = ['packages', 'acls', 'ips', 'accounts', 'password-policy', 'secrets'] as const
/** What a query's members may be, by name; and what they are where nothing better is known. */
const WORTH_ASKING: Readonly<Record<string, readonly [string, ...string[]]>> = {
  format: ['csv', 'jsonl'],
}
const USUAL = ['1', '50', 'info', 'staff', 'repack', '2026-11', 'log_', '⟨op:0⟩'] as const
const OPEN = [
  '/v1/openapi.json',
  '/v1/errors',
  '/v1/errors/not_found',
  '/livez',
  '/readyz',
  '/widgets/1/provision.js',
] as const
const ELSEWHERE = [
  '/',
  '/v1',
  '/v1/',
  '/tenants',
  '/v1/tenants',
  '/v2/services/bob',
  '/.env',
] as const
const LANGUAGES = ['en', 'ar', 'en;q=0.1, ar', 'xx', '*', ';;;q=', 'ar-EG-u-nu-latn'] as const

/** What generators choose from; secrets go where secrets belong and nowhere else. */
export interface Material {
  readonly services: readonly [string, ...string[]]
  readonly principals: readonly { readonly weight: number; readonly value: string }[]
  readonly origins: readonly [string, ...string[]]
  readonly secret: string
}

function wordsOf({ services, secret }: Material): Words {
  return {
    '': ['word', 'Gold', 'bob'],
    label: ['Gold', 'Silver plan'],
    domain: ['bob.example', 'bobnorth.example', 'evenorth.example', 'xn--bcher-kva.example'],
    package: ['small', 'large', 'huge'],
    username: ['bobnorth', 'bobsouth', 'root', 'newbody', 'evenorth'],
    configuration: ['⟨cfg:0⟩', '⟨cfg:1⟩', 'cfg_00000000000000000000000000'],
    host: ['whm.example.com', 'panel.example', '10.0.0.1', 'localhost'],
    user: ['root', 'harbour'],
    token: [secret],
    password: [secret],
    digest: ['⟨digest:0⟩', '⟨digest:1⟩', 'made-up'],
    accounts: ['bobnorth', 'bobsouth', 'evenorth'],
    why: ['Looked at the server'],
    reason: ['late', 'asked for'],
    note: ['Calls often'],
    reference: ['R-1'],
    id: services,
  }
}

export class Generator {
  readonly #routes: readonly Route[]
  readonly #material: Material
  readonly #words: Words
  readonly #random: Random
  readonly #schemas = new Map<Route, unknown>()
  /** What is still to come of a gesture that was begun. */
  #rest: Happening[] = []

  constructor(routes: readonly Route[], material: Material, random: Random) {
    this.#routes = routes
    this.#material = material
    this.#words = wordsOf(material)
    this.#random = random
  }

  next(): Happening {
    const random = this.#random
    const due = this.#rest.shift()
    if (due !== undefined) return due
    if (random.chance(0.01)) this.#rest = gesture(random, this.#material.secret)
    if (random.chance(0.02)) return { kind: 'tick' }
    if (random.chance(0.002)) return { kind: 'pass', seconds: random.between(1, 1200) }
    if (random.chance(0.004)) return { kind: 'reachable', so: random.chance(0.7) }
    if (random.chance(0.01))
      return {
        kind: 'fate',
        fate: random.pick(['done', 'refused', 'unsent', 'cut_before', 'cut_after']),
      }
    return { kind: 'request', request: this.request() }
  }

  request(): FuzzRequest {
    const random = this.#random
    const route = this.#routes[random.between(0, this.#routes.length - 1)]
    const as = random.weighted(this.#material.principals) ?? 'none'
    if (route === undefined || random.chance(0.03))
      return {
        as,
        method: random.pick(METHODS),
        path: random.chance(0.5) ? random.pick(OPEN) : random.pick(ELSEWHERE),
        headers: this.#headers(),
      }
    const method = random.chance(0.03) ? random.pick(METHODS) : route.method
    const carries = method !== 'GET' && method !== 'HEAD'
    const wantsBody = carries && (route.body !== undefined || random.chance(0.05))
    const headers = this.#headers()
    const action = random.pick(ACTIONS)
    return {
      as,
      method,
      path: `/v1${this.#path(route, action)}${this.#query(route)}`,
      headers: wantsBody ? { 'content-type': this.#contentType(), ...headers } : headers,
      ...(wantsBody ? { body: this.#body(route, action) } : {}),
    }
  }

  #path(route: Route, action: string): string {
    return route.path.replaceAll(/:([a-z_]+)/g, (_, name: string) => {
      const random = this.#random
      if (random.chance(0.06)) return this.#written(random.pick(HOSTILE))
      switch (name) {
        case 'service':
          return random.pick(this.#material.services)
        case 'operation':
          return random.chance(0.1) ? 'op_00000000000000000000000000' : `⟨op:${this.#some()}⟩`
        case 'configuration':
          return random.chance(0.1) ? 'cfg_00000000000000000000000000' : `⟨cfg:${this.#some()}⟩`
        case 'action':
          return action
        case 'list':
          return random.pick(LISTS)
        default:
          return random.pick(this.#words[name] ?? ['word'])
      }
    })
  }

  /** A value in a path: escaped as a browser does, or only as far as it must be. */
  #written(value: string): string {
    // Half a pair cannot be escaped.
    const whole = Buffer.from(value).toString()
    return this.#random.chance(0.8)
      ? encodeURIComponent(whole)
      : encodeURI(whole).replaceAll(/[?#]/g, '')
  }

  #query(route: Route): string {
    const random = this.#random
    const names = route.query instanceof z.ZodObject ? Object.keys(route.query.shape) : []
    const asked = new URLSearchParams()
    for (const name of names)
      if (random.chance(0.3))
        asked.append(
          name,
          random.chance(0.4) ? random.pick(HOSTILE) : random.pick(WORTH_ASKING[name] ?? USUAL),
        )
    if (random.chance(0.02)) asked.append(random.pick(['access_token', 'x', '__proto__']), 'x')
    const text = asked.toString().replaceAll('%E2%9F%A8op%3A0%E2%9F%A9', '⟨op:0⟩')
    return text === '' ? '' : `?${text}`
  }

  #contentType(): string {
    return this.#random.chance(0.95)
      ? 'application/json'
      : this.#random.pick([
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          'application/json; charset=utf-16',
          'APPLICATION/JSON',
          'application/problem+json',
        ])
  }

  #headers(): Record<string, string> {
    const random = this.#random
    const headers: Record<string, string> = {}
    const put = (chance: number, name: string, value: () => string) => {
      if (random.chance(chance)) headers[name] = value()
    }
    put(0.9, 'idempotency-key', () =>
      random.chance(0.05) ? this.#headerText() : `gesture-${random.between(1, 5000)}`,
    )
    put(0.06, 'origin', () =>
      random.chance(0.1) ? this.#headerText() : random.pick(this.#material.origins),
    )
    put(0.3, 'accept-language', () =>
      random.chance(0.1) ? this.#headerText() : random.pick(LANGUAGES),
    )
    put(0.1, 'time-zone', () =>
      random.chance(0.5) ? this.#headerText() : random.pick(['Europe/Berlin', 'Africa/Cairo']),
    )
    put(0.1, 'last-event-id', () =>
      random.chance(0.5) ? this.#headerText() : String(random.between(0, 50)),
    )
    put(0.03, 'access-control-request-method', () => random.pick(METHODS))
    put(0.02, 'content-length', () => random.pick(['0', '-1', '1e9', '99999999', 'x']))
    put(0.02, random.pick(['x-forwarded-for', 'x-forwarded-host', 'x-http-method-override']), () =>
      random.pick(['127.0.0.1', 'evil.example', 'DELETE']),
    )
    put(0.01, 'if-match', () => '*')
    return headers
  }

  /** As much of something hostile as a header can hold. */
  #headerText(): string {
    return this.#random
      .pick(HOSTILE)
      .replaceAll(/[^\x20-\x7e\x80-\xff]/g, '')
      .trim()
  }

  #body(route: Route, action: string): string {
    const random = this.#random
    if (random.chance(0.08)) return random.pick(HOSTILE_TEXTS)
    const made =
      route.path.includes(':action') && random.chance(0.7)
        ? this.#askedOf(route, action)
        : inventedBy(this.#schemaOf(route), this.#words, random)
    const mutations = random.chance(0.65) ? 0 : random.between(1, 3)
    let value: unknown = made
    for (let i = 0; i < mutations; i++) value = this.#mutated(value)
    const text = JSON.stringify(value) ?? 'null'
    if (random.chance(0.02)) return text.slice(0, random.between(0, text.length))
    if (random.chance(0.01)) return `${text}${' '.repeat(70_000)}`
    return text
  }

  /** What a person would send who has filled the action's form in, and read its preview where it has one. */
  #askedOf(route: Route, action: string): unknown {
    const random = this.#random
    const { secret } = this.#material
    const inputs: Readonly<Record<string, unknown>> = {
      repack: { package: random.pick(['small', 'large', 'huge']) },
      freeze: random.chance(0.3) ? { all: true } : {},
      found: { username: `made${random.between(1, 50)}`, password: secret },
      whisper: { password: secret },
    }
    const input = inputs[action] ?? {}
    if (route.path.endsWith('/preview') || action !== 'freeze') return { input }
    const name = random.pick(this.#material.services)
    return {
      input,
      confirmation: {
        digest: `⟨digest:${random.between(0, 3)}⟩`,
        domain: `${name}${random.pick(['north', 'south'])}.example`,
        accounts: [`${name}${random.pick(['north', 'south'])}`],
      },
    }
  }

  #schemaOf(route: Route): unknown {
    if (route.body === undefined) return {}
    const known = this.#schemas.get(route)
    if (known !== undefined) return known
    const made = z.toJSONSchema(route.body, {
      unrepresentable: 'any',
      io: 'input',
      reused: 'inline',
    })
    this.#schemas.set(route, made)
    return made
  }

  /** One member changed, added, taken away or moved; a secret stays what its member is called. */
  #mutated(value: unknown): unknown {
    const random = this.#random
    if (typeof value !== 'object' || value === null || Array.isArray(value) || random.chance(0.03))
      return this.#anything()
    const members = Object.entries(value)
    const at = random.between(0, Math.max(0, members.length - 1))
    const [name, inner] = members[at] ?? ['', undefined]
    const what = random.between(0, 4)
    if (what === 0) return Object.fromEntries(members.filter((_, index) => index !== at))
    if (what === 1 || name === '') {
      const added = random.chance(0.5)
        ? random.pick(HOSTILE)
        : random.pick(['role', 'tenant', 'id'])
      // As a text, so that `__proto__` is a member like any other.
      return JSON.parse(
        `{${[...members, [added, this.#anything()] as const]
          .map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one) ?? 'null'}`)
          .join(',')}}`,
      )
    }
    const changed =
      typeof inner === 'object' && inner !== null && random.chance(0.7)
        ? this.#mutated(inner)
        : this.#anything()
    return Object.fromEntries(
      members.map(([key, one], index) => [key, index === at ? changed : one]),
    )
  }

  #anything(): unknown {
    const random = this.#random
    return random.chance(0.6)
      ? random.pick(HOSTILE)
      : HOSTILE_VALUES[random.between(0, HOSTILE_VALUES.length - 1)]
  }

  #some(): number {
    return this.#random.between(0, 30)
  }
}
