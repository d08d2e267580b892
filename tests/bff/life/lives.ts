import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { z } from 'zod'
import { freeInARow } from '../../../bff/demo/free-ports.ts'
import { openDatabase } from '../../../db/connect.ts'
import { migrate } from '../../../db/migrate.ts'
import { tenantInserted } from '../../../db/tenants.ts'
import { tenantId } from '../../tenant-id.ts'
import { Program } from '../cli/processes.ts'
import type { LifeSettings } from './life-settings.ts'

const PUBLIC_URL = 'https://panel.example.com'
const ISSUER = 'https://brand.example'
const SCOPES =
  'services:read services:write configurations:read configurations:write operations:manage actions:create logs:read'

const operationSchema = z.looseObject({
  id: z.string(),
  state: z.string(),
  steps: z.array(z.looseObject({ state: z.string() })),
})
export type SeenOperation = z.infer<typeof operationSchema>

/** One BFF in a process of its own, which may die and be started again, and a WHM server in another. */
export class Lives {
  readonly #folder: string
  readonly #whm: Program
  readonly #settings: LifeSettings
  readonly #token: string
  bff: Program
  readonly url: string

  private constructor(folder: string, whm: Program, settings: LifeSettings, token: string) {
    this.#folder = folder
    this.#whm = whm
    this.#settings = settings
    this.#token = token
    this.url = `http://127.0.0.1:${settings.port}`
    this.bff = this.#start()
  }

  /** @param firstPort each test file's own, so that two at a time do not take each other's */
  static async begin(firstPort: number, ending: LifeSettings['ending']): Promise<Lives> {
    const folder = mkdtempSync(join(tmpdir(), 'provision-life-'))
    const whmArgs = ['--port', '0', '--control-port', '0', '--data', join(folder, 'whm')]
    const whm = new Program('bff/demo/whm/main.ts', whmArgs, {})
    const database = `file:${join(folder, 'provision.db')}`
    const pair = await generateKeyPair('ES256')
    const db = await openDatabase({ url: database })
    await migrate(db)
    await db.write([
      tenantInserted(db, {
        limits: '{"token":10000000,"service":10000000,"tenant":10000000}',
        id: tenantId('ten_1'),
        label: 'Brand',
        issuer: ISSUER,
        algorithms: '["ES256"]',
        jwks: JSON.stringify({ keys: [await exportJWK(pair.publicKey)] }),
        origins: '[]',
        created_at: 1,
      }),
    ])
    await db.close()
    const token = await new SignJWT({ client_id: 'admin', scope: SCOPES, role: 'staff' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer(ISSUER)
      .setAudience(PUBLIC_URL)
      .setSubject('ann')
      .setJti('j1')
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(pair.privateKey)
    const settings = {
      port: await freeInARow(firstPort, 1),
      publicUrl: PUBLIC_URL,
      database,
      vaultKeys: `k1:${randomBytes(32).toString('base64')}`,
      ending,
    }
    await whm.says('Stop with Ctrl-C.')
    const lives = new Lives(folder, whm, settings, token)
    await lives.bff.says('ready')
    return lives
  }

  #start(): Program {
    return new Program('tests/bff/life/bff-process.ts', [JSON.stringify(this.#settings)], {})
  }

  async again(): Promise<void> {
    this.bff = this.#start()
    await this.bff.says('ready')
  }

  async kill(): Promise<void> {
    this.bff.signal('SIGKILL')
    await this.bff.ended
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(init.body == null ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
    })
  }

  async #ask(method: string, path: string, body?: unknown, key?: string): Promise<unknown> {
    const answer = await this.fetch(`/v1${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text)
  }

  #said(what: string): string {
    return new RegExp(`^${what} +(\\S+)`, 'm').exec(this.#whm.out)?.[1] ?? ''
  }

  async configure(): Promise<string> {
    const made = await this.#ask('POST', '/configurations', {
      label: 'srv1',
      host: 'localhost',
      port: Number(new URL(this.#said('url')).port),
      user: 'root',
      token: this.#said('token'),
      pin: { ca: readFileSync(this.#said('ca'), 'utf8') },
    })
    return z.looseObject({ id: z.string() }).parse(made).id
  }

  /** Orders an account for a new service. @returns the operation's id */
  async order(service: string, configuration: string): Promise<string> {
    const order = { domain: `${service}.example`, package: 'starter' }
    await this.#ask('PUT', `/services/${service}`, { configuration, ...order })
    const path = `/services/${service}/actions/create`
    return operationSchema.parse(await this.#ask('POST', path, { input: order }, `key-${service}`))
      .id
  }

  async operation(id: string): Promise<SeenOperation> {
    return operationSchema.parse(await this.#ask('GET', `/operations/${id}`))
  }

  /** Waits until an operation is as it should be. */
  async sees(
    id: string,
    isSo: (operation: SeenOperation) => boolean,
    within = 60_000,
  ): Promise<SeenOperation> {
    const until = Date.now() + within
    for (;;) {
      const operation = await this.operation(id)
      if (isSo(operation)) return operation
      if (Date.now() > until) throw new Error(`it is still ${JSON.stringify(operation)}`)
      await turn()
    }
  }

  async #control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#said('control')}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }

  async faults(list: readonly Record<string, unknown>[]): Promise<void> {
    await this.#control('PUT', '/faults', list)
  }

  /** Waits until every fault that was asked for so often has been played. */
  async faultsPlayed(within = 60_000): Promise<void> {
    const until = Date.now() + within
    while (z.array(z.unknown()).parse(await this.#control('GET', '/faults')).length > 0) {
      if (Date.now() > until) throw new Error('the server was not asked')
      await turn()
    }
  }

  /** How many calls of a function reached the server, by its own journal. */
  async calls(name: string): Promise<number> {
    const journal = z
      .array(z.looseObject({ function: z.string() }))
      .parse(await this.#control('GET', '/journal'))
    return journal.filter((call) => call.function === name).length
  }

  async end(): Promise<void> {
    this.bff.signal('SIGKILL')
    this.#whm.signal('SIGKILL')
    await Promise.all([this.bff.ended, this.#whm.ended])
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
