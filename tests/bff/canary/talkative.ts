import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { freeInARow } from '../../../bff/demo/free-ports.ts'
import type { LimitsInput } from '../../../bff/tenants/limits.ts'
import { openDatabase } from '../../../db/connect.ts'
import { migrate } from '../../../db/migrate.ts'
import { tenantInserted } from '../../../db/tenants.ts'
import { tenantId } from '../../tenant-id.ts'
import { Program } from '../cli/processes.ts'

const ISSUER = 'https://brand.example'
const PUBLIC_URL = 'https://panel.example.com'

/** The BFF as it is started in production, its log at the most talkative level, and all it has said and answered. */
export class Talkative {
  readonly folder: string
  /** What must be found nowhere, by the name of each. */
  readonly secrets: Record<string, string> = {}
  /** Headers and bodies of all answers. */
  answers = ''
  /** What all its processes wrote to their outputs. */
  said = ''
  readonly #key: CryptoKey
  readonly #port: number
  readonly #database: string
  #program: Program | undefined

  private constructor(folder: string, key: CryptoKey, port: number, database: string) {
    this.folder = folder
    this.#key = key
    this.#port = port
    this.#database = database
  }

  /**
   * @param url of a libSQL server; a file of its own unless told
   * @param limits of its one tenant
   */
  static async prepare(firstPort: number, url?: string, limits?: LimitsInput): Promise<Talkative> {
    const folder = mkdtempSync(join(tmpdir(), 'provision-canary-'))
    const pair = await generateKeyPair('ES256')
    const database = url ?? `file:${join(folder, 'provision.db')}`
    const db = await openDatabase({ url: database })
    await migrate(db)
    await db.write([
      tenantInserted(db, {
        id: tenantId('ten_1'),
        label: 'Brand',
        issuer: ISSUER,
        algorithms: '["ES256"]',
        jwks: JSON.stringify({ keys: [await exportJWK(pair.publicKey)] }),
        origins: '["https://admin.brand.example"]',
        created_at: 1,
        ...(limits === undefined ? {} : { limits: JSON.stringify(limits) }),
      }),
    ])
    await db.close()
    const port = await freeInARow(firstPort, 1)
    return new Talkative(folder, pair.privateKey, port, database)
  }

  /** A new key for the vault; what was sealed under another one does not open with it. */
  vaultKey(name: string): string {
    const key = randomBytes(32).toString('base64')
    this.secrets[`the vault’s key ${name}`] = key
    return `${name}:${key}`
  }

  /** Starts it and waits until it is ready. @returns false when it ended instead */
  async start(env: Record<string, string>): Promise<boolean> {
    const program = new Program('bff/main.ts', [], {
      PROVISION_PUBLIC_URL: PUBLIC_URL,
      PROVISION_DATABASE_URL: this.#database,
      PROVISION_LISTEN: `127.0.0.1:${this.#port}`,
      PROVISION_ALLOWED_HOSTS: 'localhost',
      PROVISION_LOG_LEVEL: 'debug',
      ...env,
    })
    this.#program = program
    return program.says('"ready"').then(
      () => true,
      () => false,
    )
  }

  async stop(): Promise<void> {
    const program = this.#program
    if (program === undefined) return
    program.signal('SIGINT')
    const { out, err } = await program.ended
    this.said += out + err
    this.#program = undefined
  }

  /** What the running process has written so far. */
  get saying(): string {
    return `${this.#program?.out ?? ''}${this.#program?.err ?? ''}`
  }

  /** A token, which is a secret itself. */
  async token(claims: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const token = await new SignJWT({
      iss: ISSUER,
      aud: PUBLIC_URL,
      sub: 'ann',
      jti: randomBytes(8).toString('hex'),
      client_id: 'admin',
      iat: now,
      exp: now + 600,
      role: 'staff',
      scope:
        'services:read services:write configurations:read configurations:write operations:manage logs:read logs:export audit:read fields:read fields:write usage:read actions:create actions:change-password actions:login actions:get-info actions:get-usage actions:suspend',
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .sign(this.#key)
    this.secrets[`token ${Object.keys(this.secrets).length}`] = token
    return token
  }

  async ask(
    method: string,
    path: string,
    more: {
      authorization?: string
      body?: unknown
      raw?: string
      key?: string
      /** It answers with something that is its asker's alone. */
      isTheirs?: boolean
    } = {},
  ): Promise<{ status: number; text: string }> {
    const raw = more.raw ?? (more.body === undefined ? undefined : JSON.stringify(more.body))
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
      method,
      headers: {
        ...(more.authorization === undefined ? {} : { authorization: more.authorization }),
        ...(raw === undefined ? {} : { 'content-type': 'application/json' }),
        ...(more.key === undefined ? {} : { 'idempotency-key': more.key }),
      },
      ...(raw === undefined ? {} : { body: raw }),
    })
    const text = await response.text()
    const head = JSON.stringify([...response.headers])
    this.answers += more.isTheirs === true ? head : `${head}${text}\n`
    return { status: response.status, text }
  }

  /** Opens as many answers as are given, leaves them open, and asks once more. @returns the refusal's code */
  async crowd(path: string, most: number): Promise<string> {
    const leaving = new AbortController()
    const authorization = `Bearer ${await this.token()}`
    const opened: Response[] = []
    try {
      while (opened.length < most) {
        const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
          headers: { authorization },
          signal: leaving.signal,
        })
        if (!response.ok) {
          const text = await response.text()
          this.answers += `${JSON.stringify([...response.headers])}${text}\n`
          return JSON.parse(text).code
        }
        opened.push(response)
      }
      return 'none'
    } finally {
      leaving.abort()
    }
  }

  /** Asks again until an answer is as it should be. */
  async sees(path: string, isSo: (text: string) => boolean, within = 30_000): Promise<string> {
    const authorization = `Bearer ${await this.token()}`
    const until = Date.now() + within
    for (;;) {
      const { text } = await this.ask('GET', path, { authorization })
      if (isSo(text)) return text
      if (Date.now() > until) throw new Error(`${path} is still ${text}\n${this.saying}`)
      await turn()
    }
  }

  /** The bytes of all its files; only once its process has ended, or SQLite’s locks would be dropped. */
  files(): string {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n')
  }

  async end(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
