import { join } from 'node:path'
import Libsql from 'libsql'
import type { Described } from '../../bff/http/route.ts'
import { AUDIENCE, type Brands, NORTH, ONLY_NORTH, openBrands, SOUTH } from '../bff/brands.ts'
import { VAULT_KEYS } from '../bff/operations/scene.ts'
import type { FuzzRequest, Happening } from './requests.ts'

/** Who asks. `tenant` is what a token of it is about; none where nothing lets it in. */
export interface Principal {
  readonly tenant: string | undefined
  readonly role: 'staff' | 'client' | 'system' | undefined
  authorization(world: Brands): Promise<string | undefined>
}

const bearer =
  (claims: Record<string, unknown> | ((now: number) => Record<string, unknown>)) =>
  async (world: Brands) => {
    const now = Math.floor(world.clock.time / 1000)
    return `Bearer ${await world.token(typeof claims === 'function' ? claims(now) : claims)}`
  }

const EXPIRED = (now: number) => ({ iat: now - 600, exp: now - 60 })

/** By name; the weight is how often one asks. */
export const PRINCIPALS: Readonly<Record<string, Principal & { readonly weight: number }>> = {
  staff_north: { weight: 22, tenant: NORTH.tenant, role: 'staff', authorization: bearer({}) },
  staff_south: {
    weight: 22,
    tenant: SOUTH.tenant,
    role: 'staff',
    authorization: bearer({ iss: SOUTH.issuer }),
  },
  client_north: {
    weight: 10,
    tenant: NORTH.tenant,
    role: 'client',
    authorization: bearer({ role: 'client', sub: 'carl', service: ['bob', ONLY_NORTH] }),
  },
  client_south: {
    weight: 8,
    tenant: SOUTH.tenant,
    role: 'client',
    authorization: bearer({ iss: SOUTH.issuer, role: 'client', sub: 'carl', service: 'pat' }),
  },
  system_north: {
    weight: 6,
    tenant: NORTH.tenant,
    role: 'system',
    authorization: bearer({ role: 'system', sub: 'billing' }),
  },
  narrow_north: {
    weight: 6,
    tenant: NORTH.tenant,
    role: 'staff',
    authorization: bearer({
      sub: 'nora',
      scope: 'services:read fields:read actions:repack',
      authorization_details: [
        { type: 'provision_service', identifier: 'bob', actions: ['services:read'] },
        { type: 'provision_service', identifier: 'amy' },
      ],
    }),
  },
  describing_north: {
    weight: 5,
    tenant: NORTH.tenant,
    role: 'staff',
    authorization: bearer({
      sub: 'dora',
      service: { id: 'first-seen', domain: 'first.example', label: 'First seen' },
    }),
  },
  describing_badly: {
    weight: 2,
    tenant: NORTH.tenant,
    role: 'staff',
    authorization: bearer({
      sub: 'dora',
      service: { id: 'never-seen', configuration: SOUTH.configuration, domain: 'no domain' },
    }),
  },
  expired: { weight: 3, tenant: undefined, role: undefined, authorization: bearer(EXPIRED) },
  elsewhere: {
    weight: 3,
    tenant: undefined,
    role: undefined,
    authorization: bearer({ aud: 'https://another.example' }),
  },
  unknown_issuer: {
    weight: 2,
    tenant: undefined,
    role: undefined,
    authorization: bearer({ iss: 'https://nobody.example' }),
  },
  client_of_nothing: {
    weight: 1,
    tenant: undefined,
    role: undefined,
    authorization: bearer({ role: 'client' }),
  },
  forged: {
    weight: 3,
    tenant: undefined,
    role: undefined,
    async authorization(world) {
      const token = await world.token()
      return `Bearer ${token.slice(0, -8)}AAAAAAAA`
    },
  },
  unsigned: {
    weight: 1,
    tenant: undefined,
    role: undefined,
    async authorization(world) {
      const [, payload = ''] = (await world.token()).split('.')
      const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
      return `Bearer ${header}.${payload}.`
    },
  },
  basic: {
    weight: 1,
    tenant: undefined,
    role: undefined,
    authorization: async () => 'Basic YW5uOnNlY3JldA==',
  },
  none: {
    weight: 5,
    tenant: undefined,
    role: undefined,
    authorization: async () => undefined,
  },
}

/** A row that was written, by its table and whose it is. */
export interface Touched {
  readonly table: string
  /** Empty where the table knows no tenant. */
  readonly tenant: string
}

/** What was asked, by whom, and all that came of it. */
export interface Seen {
  readonly request: FuzzRequest
  readonly principal: Principal
  readonly route: Described | undefined
  readonly authorization: string | undefined
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly touched: readonly Touched[]
  readonly reports: readonly string[]
  /** Whether the panel could not be asked while it was answered. */
  readonly unreachable: boolean
}

interface Pools {
  readonly op: string[]
  readonly cfg: string[]
  readonly digest: string[]
}

/** Two brands with a trigger on every table that writes down what was written. */
export class FuzzWorld {
  readonly brands: Brands
  readonly secrets: Readonly<Record<string, string>>
  readonly #reader: Libsql.Database
  readonly #read: Libsql.Statement
  readonly #pools: Pools
  readonly #routes: readonly { readonly pattern: RegExp; readonly route: Described }[]
  #seen = 0
  #authorizations = new Map<string, string | undefined>()

  private constructor(brands: Brands) {
    this.brands = brands
    this.secrets = {
      'a secret of the first brand': NORTH.secret,
      'a secret of the second brand': SOUTH.secret,
      'the key of the vault': VAULT_KEYS.slice(2),
    }
    this.#reader = new Libsql(join(brands.folder, 'provision.db'))
    this.#read = this.#reader.prepare(
      'SELECT rowid AS at, name, tenant FROM fuzz_touch WHERE rowid > ?',
    )
    this.#pools = {
      op: [NORTH.queued, NORTH.stuck, SOUTH.queued, SOUTH.stuck],
      cfg: [NORTH.configuration, NORTH.spare, SOUTH.configuration, SOUTH.spare],
      digest: ['made-up'],
    }
    this.#routes = brands.bff.app.routes.map((route) => ({
      route,
      pattern: new RegExp(`^/v1${route.path.replaceAll(/:[a-z_]+/g, '[^/]+')}$`),
    }))
  }

  static async open(): Promise<FuzzWorld> {
    const brands = await openBrands()
    const { db } = brands.bff.rooms
    const [tables] = await db.write([
      {
        sql: `SELECT m.name AS name, EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'tenant') AS owned
              FROM sqlite_master m WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'guard'`,
      },
    ])
    const triggers = (tables?.rows ?? []).flatMap((row) =>
      ['INSERT', 'UPDATE', 'DELETE'].map((verb) => {
        const whose = Number(row.owned) === 0 ? `''` : `${verb === 'DELETE' ? 'OLD' : 'NEW'}.tenant`
        return {
          sql: `CREATE TRIGGER fuzz_${verb}_${row.name} AFTER ${verb} ON "${row.name}" BEGIN
                  INSERT INTO fuzz_touch (name, tenant) VALUES ('${row.name}', coalesce(${whose}, '')); END`,
        }
      }),
    )
    await db.write([
      { sql: 'CREATE TABLE fuzz_touch (name text NOT NULL, tenant text NOT NULL)' },
      ...triggers,
    ])
    return new FuzzWorld(brands)
  }

  get routes(): readonly Described[] {
    return this.brands.bff.app.routes
  }

  /** @returns what came of it, where it was a request */
  async happen(happening: Happening): Promise<Seen | undefined> {
    const { brands } = this
    switch (happening.kind) {
      case 'request':
        return this.#ask(happening.request)
      case 'tick':
        await brands.bff.runner.tick()
        break
      case 'pass':
        brands.clock.time += happening.seconds * 1000
        this.#authorizations.clear()
        break
      case 'reachable':
        brands.panel.reachable = happening.so
        break
      case 'fate':
        brands.panel.fates.push(happening.fate)
        break
    }
    this.#touched()
    return undefined
  }

  async #ask(request: FuzzRequest): Promise<Seen> {
    const { bff, panel, reports } = this.brands
    const principal = PRINCIPALS[request.as]
    if (principal === undefined) throw new Error(`nobody is called ${request.as}`)
    const authorization = await this.#authorizationOf(request.as, principal)
    const path = this.#filled(request.path)
    const headers = new Headers(request.headers)
    if (authorization !== undefined) headers.set('authorization', authorization)
    const told = reports.length
    const response = await bff.fetch(
      new Request(`${AUDIENCE}${path}`, {
        method: request.method,
        headers,
        ...(request.body === undefined ? {} : { body: this.#filled(request.body) }),
      }),
    )
    const streams = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (streams) await response.body?.cancel()
    const text = streams ? '' : await response.text()
    // What is read behind an answer belongs to that answer.
    await bff.rooms.refresher.settled()
    if (response.status < 400) this.#learn(text)
    return {
      request,
      principal,
      route: this.#routeOf(request.method, path),
      authorization,
      status: response.status,
      headers: response.headers,
      text,
      touched: this.#touched(),
      reports: reports.slice(told),
      unreachable: !panel.reachable,
    }
  }

  async #authorizationOf(name: string, principal: Principal): Promise<string | undefined> {
    if (!this.#authorizations.has(name))
      this.#authorizations.set(name, await principal.authorization(this.brands))
    return this.#authorizations.get(name)
  }

  #routeOf(method: string, path: string): Described | undefined {
    const { pathname } = new URL(path, AUDIENCE)
    const asked = method === 'HEAD' ? 'GET' : method
    return this.#routes.find(
      ({ route, pattern }) => route.method === asked && pattern.test(pathname),
    )?.route
  }

  #filled(text: string): string {
    return text.replaceAll(/⟨(op|cfg|digest):(\d+)⟩/g, (_, kind: keyof Pools, at: string) => {
      const pool = this.#pools[kind]
      return pool[Number(at) % pool.length] ?? ''
    })
  }

  #learn(text: string): void {
    const add = (pool: string[], value: string | undefined) => {
      if (value !== undefined && !pool.includes(value)) pool.push(value)
      // The oldest but those both brands began with.
      if (pool.length > 40) pool.splice(4, 1)
    }
    for (const [id] of text.matchAll(/op_[0-9a-z]{26}/g)) add(this.#pools.op, id)
    for (const [id] of text.matchAll(/cfg_[0-9a-z]{26}/g)) add(this.#pools.cfg, id)
    const digest = /^\{"digest":"([^"]+)"/.exec(text)?.[1]
    if (digest !== undefined) {
      this.#pools.digest.unshift(digest)
      this.#pools.digest.splice(4)
    }
  }

  #touched(): Touched[] {
    const rows = this.#read.all(this.#seen)
    const found: Touched[] = []
    for (const row of rows) {
      if (typeof row !== 'object' || row === null) continue
      const { at, name, tenant } = row as { at: number; name: string; tenant: string }
      this.#seen = Math.max(this.#seen, at)
      found.push({ table: name, tenant })
    }
    return found
  }

  async close(): Promise<void> {
    this.#reader.close()
    await this.brands.end()
  }
}
