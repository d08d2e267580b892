import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Bff, type ComposeOptions, composeBff } from '../../bff/compose.ts'
import type { Config } from '../../bff/config.ts'
import { makeId, type TenantId } from '../../bff/contract/ids.ts'
import { RESOURCE_SCOPES } from '../../bff/contract/scopes.ts'
import type { Provider } from '../../bff/providers/provider.ts'
import type { Database } from '../../db/connect.ts'
import {
  configurations,
  fields,
  logEntries,
  operations,
  servers,
  services,
  steps,
  tenants,
} from '../../db/schema.ts'
import { tenantId } from '../tenant-id.ts'
import { InventedPanel, inventedProvider } from './operations/invented-provider.ts'
import { START, VAULT_KEYS } from './operations/scene.ts'

export { START } from './operations/scene.ts'
export const AUDIENCE = 'https://panel.example'

/** A brand on the BFF: what is planted of it is named after it, so that it is known wherever it turns up. */
export interface Brand {
  readonly tenant: TenantId
  readonly issuer: string
  readonly origin: string
  /** Used by its services, and one that no service uses. */
  readonly configuration: string
  readonly spare: string
  /** `queued` is of service `amy`, `stuck` of service `pat` and waits for a person. */
  readonly queued: string
  readonly stuck: string
  /** Part of every text of its own that only it may read. */
  readonly mark: string
  /** In every place that holds a secret. */
  readonly secret: string
}

const brand = (name: string, mark: string): Brand => ({
  tenant: tenantId(`ten_${name}`),
  issuer: `https://${name}.example`,
  origin: `https://admin.${name}.example`,
  configuration: makeId('cfg', START),
  spare: makeId('cfg', START),
  queued: makeId('op', START),
  stuck: makeId('op', START),
  mark,
  secret: `S3cret+of/${name}=%22&"<${mark}>`,
})

export const NORTH = brand('north', 'qzNorthMark7')
export const SOUTH = brand('south', 'qzSouthMark8')
export const BRANDS = [NORTH, SOUTH] as const

/** Services every brand has: bound without an operation, with a queued one, with a stuck one, not yet made. */
export const SERVICES = ['bob', 'amy', 'pat', 'new'] as const
/** Bound, and only the first brand's. */
export const ONLY_NORTH = 'eve'

const ACTIONS = ['repack', 'freeze', 'found', 'whisper', 'forget', 'peek', 'erase', 'wake']
/** Every scope there is, for the actions of the invented panel. */
export const EVERY_SCOPE: readonly string[] = [
  ...RESOURCE_SCOPES,
  ...ACTIONS.map((action) => `actions:${action}`),
]

/** A whole BFF with two brands that know nothing of each other, on a file of its own; nothing runs but what is asked. */
export interface Brands {
  readonly bff: Bff
  readonly panel: InventedPanel
  readonly clock: { time: number; now(): number }
  readonly reports: string[]
  readonly folder: string
  readonly config: Config
  /** A token; staff of the first brand with every scope, unless told otherwise. */
  token(claims?: Record<string, unknown>): Promise<string>
  /** @param path from the root, with its query */
  send(
    method: string,
    path: string,
    more?: {
      readonly token?: string
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: unknown
      readonly raw?: string
    },
  ): Promise<Response>
  /** Every row of every table, or of one brand, as text. */
  rows(tenant?: TenantId): Promise<string>
  end(): Promise<void>
}

/** One pair for all brands: a token is its issuer's all the same. */
const keys: Promise<{ readonly key: CryptoKey; readonly jwks: string }> = (async () => {
  const pair = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' }
  return { key: pair.privateKey, jwks: JSON.stringify({ keys: [jwk] }) }
})()

function accountsOf(panel: InventedPanel): void {
  for (const { tenant } of BRANDS)
    for (const name of [...SERVICES, ONLY_NORTH])
      if (name !== 'new') panel.add(`${name}${tenant.slice(4)}`)
}

async function plantOne(db: Database, bff: Bff, panel: InventedPanel, own: Brand): Promise<void> {
  const { tenant, mark, secret } = own
  const { engine } = bff.rooms
  const { orm } = db
  const names = tenant === NORTH.tenant ? [...SERVICES, ONLY_NORTH] : SERVICES
  const sealedFor = (id: string) =>
    engine.seal({ tenant, table: 'configuration', row: id, column: 'token' }, secret)
  const configured = (id: string, label: string, token: string) =>
    orm.insert(configurations).values({
      id,
      tenant,
      server: 'srv_1',
      label: `${label} ${mark}`,
      api_user: 'root',
      token,
      rights: JSON.stringify({ all: true, privileges: [] }),
      rights_at: START,
      created_at: START,
    })
  const operation = (id: string, service: string, state: string, sealed: string) =>
    orm.insert(operations).values({
      id,
      tenant,
      service,
      action: 'whisper',
      configuration: own.configuration,
      server: 'srv_1',
      state,
      created_at: START,
      actor: JSON.stringify({ role: 'staff', label: `Ann ${mark}` }),
      subject: `${own.issuer} ann`,
      idempotency_key: `planted-${id}`,
      fingerprint: 'planted',
      input: '{}',
      prepared: true,
      secrets: state === 'queued' ? sealed : null,
      next_at: START,
    })
  const step = (id: string, service: string, state: string) =>
    orm.insert(steps).values({
      operation: id,
      seq: 0,
      name: 'whisper',
      account: `${service}${tenant.slice(4)}`,
      params: '{}',
      state,
      ...(state === 'pending' ? {} : { attempt: 1, sent_at: START, quarantine_until: START }),
    })
  const sealed = await engine.seal(
    { tenant, table: 'operation', row: own.queued, column: 'secrets' },
    JSON.stringify({ password: secret }),
  )
  await db.write([
    configured(own.configuration, 'Main', await sealedFor(own.configuration)),
    configured(own.spare, 'Spare', await sealedFor(own.spare)),
    ...names.map((id) => {
      const account = id === 'new' ? undefined : panel.accounts.get(`${id}${tenant.slice(4)}`)
      return orm.insert(services).values({
        id,
        tenant,
        label: `Plan of ${mark}`,
        state: account === undefined ? 'unprovisioned' : 'active',
        since: START,
        configuration: own.configuration,
        domain: account?.domain ?? `${id}${mark.toLowerCase()}.example`,
        ...(account === undefined
          ? {}
          : {
              server: 'srv_1',
              username: account.username,
              package: account.package,
              bound_at: START,
              started_at_s: account.started_at,
              uid: account.uid,
              owner: account.owner,
              snapshot: JSON.stringify(account),
              snapshot_at: START,
            }),
        created_at: START,
      })
    }),
    ...names.map((service) =>
      orm.insert(fields).values({
        tenant,
        service,
        name: 'label',
        value: JSON.stringify(`Order of ${mark}`),
        source: 'order',
        as_of: START,
      }),
    ),
    ...names.map((service) =>
      orm.insert(logEntries).values({
        id: makeId('log', START),
        tenant,
        service,
        at: START,
        level: 'info',
        actor: JSON.stringify({ role: 'staff', label: `Ann ${mark}` }),
        role: 'staff',
        action: 'registration',
        reason: `because ${mark}`,
        code: 'log.service.registered',
        params: '{}',
        client_visible: true,
      }),
    ),
    operation(own.queued, 'amy', 'queued', sealed),
    step(own.queued, 'amy', 'pending'),
    operation(own.stuck, 'pat', 'attention', sealed),
    step(own.stuck, 'pat', 'uncertain'),
  ])
}

const UNLIMITED = JSON.stringify({
  token: 10_000_000,
  service: 10_000_000,
  tenant: 10_000_000,
  creates: null,
  deletes: null,
})

async function plant(bff: Bff, panel: InventedPanel): Promise<void> {
  const { db } = bff.rooms
  const { jwks } = await keys
  await db.write([
    ...BRANDS.map(({ tenant, issuer, origin, mark }) =>
      db.orm.insert(tenants).values({
        id: tenant,
        label: `Brand ${mark}`,
        issuer,
        algorithms: '["ES256"]',
        jwks,
        origins: JSON.stringify([origin]),
        client_actions: '["peek","whisper"]',
        // The second has what a tenant has by default; of the first no clock that stands still makes a beggar.
        limits: tenant === NORTH.tenant ? UNLIMITED : null,
        created_at: START,
      }),
    ),
    db.orm.insert(servers).values({
      id: 'srv_1',
      provider: 'invented',
      host: 'panel.example',
      port: 2087,
      created_at: START,
    }),
  ])
  for (const own of BRANDS) await plantOne(db, bff, panel, own)
}

async function opened(
  folder: string,
  options: Partial<ComposeOptions>,
  more: Partial<Config> = {},
) {
  const panel = new InventedPanel()
  accountsOf(panel)
  const clock = { time: START, now: () => clock.time }
  const reports: string[] = []
  const config: Config = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: AUDIENCE,
    database: { url: `file:${join(folder, 'provision.db')}` },
    vaultKeys: VAULT_KEYS,
    allowedHosts: [],
    socket: join(folder, 'provision.socket'),
    logLevel: 'silent',
    ...more,
  }
  const provider: Provider = { ...inventedProvider, connect: () => panel }
  const bff = await composeBff(config, {
    provider,
    clock,
    automatic: false,
    report: (error, about) => reports.push(`${about}: ${String(error)}`),
    ...options,
  })
  return { bff, panel, clock, reports, config }
}

/** A migrated, planted file, made once in this process and copied for every opening. */
let template: Promise<string> | undefined

async function makeTemplate(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'provision-brands-'))
  const { bff, panel } = await opened(folder, {})
  await plant(bff, panel)
  await bff.close()
  return folder
}

/** Every row, sorted within its table; tables that bookkeep without saying anything are left out. */
async function rowsOf(db: Database, tenant: TenantId | undefined): Promise<string> {
  const [list] = await db.write([
    {
      sql: `SELECT m.name AS name, EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'tenant') AS owned
            FROM sqlite_master m WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    },
  ])
  const tables = (list?.rows ?? [])
    .map((row) => ({ name: String(row.name), owned: Number(row.owned) === 1 }))
    .filter(({ name, owned }) => name !== 'guard' && (tenant === undefined || owned))
  const results = await db.write(
    tables.map(({ name, owned }) =>
      owned && tenant !== undefined
        ? { sql: `SELECT * FROM "${name}" WHERE tenant = ?`, args: [tenant] }
        : { sql: `SELECT * FROM "${name}"` },
    ),
  )
  return results
    .flatMap(({ rows }, at) => [
      `-- ${tables[at]?.name}`,
      ...rows.map((row) => JSON.stringify(row)).sort(),
    ])
    .join('\n')
}

let ids = 0

/**
 * Opens the two brands.
 *
 * @param options over those of a composition on which nothing moves by itself
 * @param more over its configuration
 */
export async function openBrands(
  options: Partial<ComposeOptions> = {},
  more: Partial<Config> = {},
): Promise<Brands> {
  template ??= makeTemplate()
  const folder = await mkdtemp(join(tmpdir(), 'provision-brands-'))
  await cp(await template, folder, { recursive: true })
  const { bff, panel, clock, reports, config } = await opened(folder, options, more)
  const { key } = await keys
  return {
    bff,
    panel,
    clock,
    reports,
    folder,
    config,
    token(claims = {}) {
      const now = Math.floor(clock.time / 1000)
      const all = {
        iss: NORTH.issuer,
        aud: AUDIENCE,
        sub: 'ann',
        jti: `jti-${ids++}`,
        client_id: 'admin',
        iat: now,
        exp: now + 600,
        role: 'staff',
        scope: EVERY_SCOPE.join(' '),
        ...claims,
      }
      return new SignJWT(all)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })
        .sign(key)
    },
    async send(method, path, { token, headers = {}, body, raw } = {}) {
      const text = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      return bff.fetch(
        new Request(`${AUDIENCE}${path}`, {
          method,
          headers: {
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(text === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(text === undefined ? {} : { body: text }),
        }),
      )
    },
    rows: (tenant) => rowsOf(bff.rooms.db, tenant),
    async end() {
      await bff.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
