import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Bff, type ComposeOptions, composeBff } from '../../../bff/compose.ts'
import type { Config } from '../../../bff/config.ts'
import { readWidgetFiles } from '../../../bff/http/widget-files.ts'
import { addTenant } from '../../../bff/tenants/add.ts'
import type { LimitsInput } from '../../../bff/tenants/limits.ts'
import { tenantInputSchema } from '../../../bff/tenants/tenant-input.ts'
import { ServerInMemory } from '../panel-in-memory.ts'

export const ISSUER = 'https://brand.example'
export const PAGE = 'https://admin.brand.example'

/** An answer as it stood on the wire. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A BFF that listens, asked byte by byte. */
export interface Wired {
  readonly bff: Bff
  readonly port: number
  /** Port of its metrics, where it has one. */
  readonly metrics: number | undefined
  readonly reports: string[]
  token(claims?: Record<string, unknown>): Promise<string>
  /** Sends these bytes and reads until the other side ends the connection. */
  send(...parts: (string | Uint8Array)[]): Promise<string>
  /** A connection of one's own. */
  open(): Socket
  end(): Promise<void>
}

/** All answers in what came over a connection, in order. Reads bodies by their length or in chunks. */
export function answersIn(text: string): WireAnswer[] {
  const answers: WireAnswer[] = []
  let rest = text
  while (rest.startsWith('HTTP/1.1 ')) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) break
    const [line = '', ...lines] = rest.slice(0, end).split('\r\n')
    const headers = Object.fromEntries(
      lines.map((header) => {
        const at = header.indexOf(':')
        return [header.slice(0, at).toLowerCase(), header.slice(at + 1).trim()]
      }),
    )
    const status = Number(line.split(' ')[1])
    rest = rest.slice(end + 4)
    if (status === 100) continue
    const length = Number(headers['content-length'] ?? 0)
    answers.push({ status, headers, body: rest.slice(0, length) })
    rest = rest.slice(length)
  }
  return answers
}

/** Reads until the other side is done, however it ends. */
export function everythingFrom(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
  })
}

/**
 * @param options what the composition is told besides
 * @param limits of its tenant; rates nobody comes near unless told
 * @param config what it is told from outside besides
 */
export async function openWired(
  options: Partial<ComposeOptions> = {},
  limits?: LimitsInput,
  config: Partial<Config> = {},
): Promise<Wired> {
  const folder = mkdtempSync(join(tmpdir(), 'wired-'))
  writeFileSync(join(folder, 'provision.js'), 'export {}')
  const reports: string[] = []
  const bff = await composeBff(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'https://panel.example.com',
      database: { url: `file:${join(folder, 'provision.db')}` },
      vaultKeys: `k1:${randomBytes(32).toString('base64')}`,
      allowedHosts: [],
      socket: undefined,
      logLevel: 'silent',
      ...config,
    },
    {
      provider: new ServerInMemory().provider,
      report: (error, about) => reports.push(`${about}: ${String(error)}`),
      widgets: readWidgetFiles(folder),
      ...options,
    },
  )
  const { port, metrics } = await bff.listen()
  const pair = await generateKeyPair('ES256')
  await addTenant(
    bff.rooms.engine,
    tenantInputSchema.parse({
      label: 'Brand',
      issuer: ISSUER,
      origins: [PAGE],
      jwks: { keys: [await exportJWK(pair.publicKey)] },
      limits: limits ?? { token: 100_000, service: 100_000, tenant: 100_000 },
    }),
  )
  bff.rooms.tenants.forget()
  const open = () => connect(port, '127.0.0.1')
  return {
    bff,
    port,
    metrics,
    reports,
    token: (claims = {}) =>
      new SignJWT({
        client_id: 'admin',
        role: 'staff',
        scope: 'services:read services:write configurations:read logs:read',
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience('https://panel.example.com')
        .setSubject('ann')
        .setJti(randomBytes(8).toString('hex'))
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(pair.privateKey),
    async send(...parts) {
      const socket = open()
      const all = everythingFrom(socket)
      for (const part of parts) socket.write(part)
      return all
    },
    open,
    async end() {
      await bff.close({ grace: 2_000 })
      rmSync(folder, { recursive: true })
    },
  }
}
