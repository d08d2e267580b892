import { dirname, join } from 'node:path'
import type { OpenOptions } from '../db/connect.ts'
import { isProxyEntry } from './http/client-address.ts'
import { isUsableEntry } from './providers/address-rule.ts'
import { tlsProblems } from './tls-environment.ts'
import { parseKeyRing, VaultKeysInvalid } from './vault/key-ring.ts'
import type { KeysSource } from './vault/read-key-ring.ts'

/** Everything the BFF is told from outside. Read once, handed in. */
export interface Config {
  /** Where it listens. */
  readonly host: string
  readonly port: number
  /** The address browsers know it by, without a slash at the end; also the only audience of tokens. */
  readonly publicUrl: string
  readonly database: Pick<OpenOptions, 'url' | 'authToken' | 'deadline' | 'patience'>
  /** `id:base64` of 32 bytes each, the current key first; or the file or command that has them. */
  readonly vaultKeys: KeysSource
  /** Private hosts and networks a configuration may name. */
  readonly allowedHosts: readonly string[]
  /** Proxies in front whose word on who asks is taken; an empty list says that there is none, none at all that nothing is said. */
  readonly trustedProxies?: readonly string[]
  /** Unix socket for the operator's command; only with a database file. */
  readonly socket: string | undefined
  /** Where metrics are served, without a token; nowhere unless told. */
  readonly metrics?: { readonly host: string; readonly port: number }
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

export type ConfigAnswer =
  | { readonly ok: true; readonly config: Config }
  /** One sentence each: what is missing or wrong, and where to get it. */
  | { readonly ok: false; readonly problems: readonly string[] }

export const KEY_COMMAND = 'npm run -s provision -- key'

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** The socket beside a database file, where the operator's command finds a running BFF. */
export function socketBeside(databaseUrl: string): string | undefined {
  if (!databaseUrl.startsWith('file:')) return undefined
  const path = databaseUrl.replace(/^file:(\/\/(localhost)?(?=\/))?/, '').replace(/\?.*$/, '')
  return join(dirname(decodeURIComponent(path)), 'provision.socket')
}

function publicUrlProblem(value: string): string | undefined {
  let url: URL
  try {
    url = new URL(value)
  } catch {
    return 'PROVISION_PUBLIC_URL is not a URL. It is the address browsers reach the BFF at, such as https://panel.example.com.'
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine(url.hostname)))
    return 'PROVISION_PUBLIC_URL must begin with https://. Plain http:// is allowed for localhost only.'
  if (url.search !== '' || url.hash !== '' || url.pathname !== '/' || url.username !== '')
    return 'PROVISION_PUBLIC_URL must be an origin: no path, query or credentials.'
  return undefined
}

/** A libSQL server spoken to over TLS, or one on this machine: what goes over a network is personal, and so is the token. */
function isServer(value: string): boolean {
  if (!/^(https?|wss?|libsql):\/\//.test(value) || !URL.canParse(value)) return false
  const url = new URL(value)
  const isPlain = ['http:', 'ws:'].includes(url.protocol) || url.searchParams.get('tls') === '0'
  return !isPlain || isThisMachine(url.hostname)
}

const isThisMachine = (host: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(host)

function vaultProblem(value: string): string | undefined {
  try {
    parseKeyRing(value)
    return undefined
  } catch (error) {
    if (!(error instanceof VaultKeysInvalid)) throw error
    return `PROVISION_VAULT_KEYS cannot be used: ${error.message}. Make a new key with \`${KEY_COMMAND}\`; keep old ones behind it, separated by commas.`
  }
}

const filled = (value: string | undefined) => (value === '' ? undefined : value)

/** Where the keys are: exactly one of three settings says it. */
function keysSource(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): KeysSource {
  const text = filled(env.PROVISION_VAULT_KEYS)
  const file = filled(env.PROVISION_VAULT_KEYS_FILE)
  const command = filled(env.PROVISION_VAULT_KEYS_COMMAND)
  const given = [text, file, command].filter((value) => value !== undefined)
  if (given.length > 1)
    problems.push(
      'PROVISION_VAULT_KEYS, PROVISION_VAULT_KEYS_FILE and PROVISION_VAULT_KEYS_COMMAND exclude each other: set one, so that it is plain which keys count.',
    )
  else if (given.length === 0)
    problems.push(
      `PROVISION_VAULT_KEYS is missing: it seals the WHM tokens in the database. Make one with \`${KEY_COMMAND}\` and keep a copy where the database is not; or name a file in PROVISION_VAULT_KEYS_FILE, or a command in PROVISION_VAULT_KEYS_COMMAND.`,
    )
  const problem = text === undefined ? undefined : vaultProblem(text)
  if (problem !== undefined) problems.push(problem)
  if (file !== undefined) return { file }
  return command === undefined ? (text ?? '') : { command }
}

/** Reads the part the operator's command needs too: the database and the keys of the vault. Pure. */
export function readStorage(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): Pick<Config, 'database' | 'vaultKeys' | 'allowedHosts' | 'socket'> {
  const url = env.PROVISION_DATABASE_URL ?? ''
  if (url === '')
    problems.push(
      'PROVISION_DATABASE_URL is missing: file:/var/lib/provision/provision.db for one process with a file, or libsql://… of your libSQL server.',
    )
  else if (/[?&]authToken=/i.test(url) || /^[a-z]+:\/\/[^/?#]*@/.test(url))
    problems.push(
      'PROVISION_DATABASE_URL holds a token or a password: URLs are printed and logged. Put it into PROVISION_DATABASE_TOKEN.',
    )
  else if (!/^file:./.test(url) && !isServer(url))
    problems.push(
      'PROVISION_DATABASE_URL must begin with file:, libsql://, https:// or wss://. Without TLS a server may be on this machine only: http://127.0.0.1:8081.',
    )
  const vaultKeys = keysSource(env, problems)
  problems.push(...tlsProblems(env))
  const authToken = env.PROVISION_DATABASE_TOKEN
  const allowedHosts = (env.PROVISION_ALLOWED_HOSTS ?? '')
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '')
  for (const entry of allowedHosts.filter((candidate) => !isUsableEntry(candidate)))
    problems.push(
      `PROVISION_ALLOWED_HOSTS holds ${JSON.stringify(entry)}, which is no host name, address or network that may be called: 10.0.0.0/8, 192.168.1.5, whm.internal.`,
    )
  return {
    database: { url, ...(authToken === undefined ? {} : { authToken }) },
    vaultKeys,
    allowedHosts,
    socket: env.PROVISION_SOCKET ?? socketBeside(url),
  }
}

/** `127.0.0.1:8080` or `[::1]:8080`, taken apart. */
function addressOf(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9a-f:]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[3] ?? Number.NaN)
  return match === null || port > 65_535 ? undefined : { host: match[1] ?? match[2] ?? '', port }
}

/** The proxies in front; undefined where nothing is said of them, empty for `none`. */
function proxiesOf(text: string, problems: string[]): readonly string[] | undefined {
  if (text === '') return undefined
  if (text === 'none') return []
  const entries = text.split(',').map((entry) => entry.trim())
  for (const entry of entries.filter((candidate) => !isProxyEntry(candidate)))
    problems.push(
      `PROVISION_TRUSTED_PROXIES holds ${JSON.stringify(entry)}, which is no address or network of proxies: 127.0.0.1, 10.0.0.0/8; or \`none\` where nothing stands in front.`,
    )
  return entries
}

/** Reads the environment. Pure; every problem is told at once. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigAnswer {
  const problems: string[] = []
  const publicUrl = (env.PROVISION_PUBLIC_URL ?? '').replace(/\/$/, '')
  if (publicUrl === '')
    problems.push(
      'PROVISION_PUBLIC_URL is missing: the address browsers reach the BFF at, such as https://panel.example.com. Tokens carry it as their audience.',
    )
  else {
    const problem = publicUrlProblem(publicUrl)
    if (problem !== undefined) problems.push(problem)
  }
  const storage = readStorage(env, problems)
  const listen = addressOf(env.PROVISION_LISTEN ?? '127.0.0.1:8080')
  if (listen === undefined)
    problems.push('PROVISION_LISTEN must be an address and a port, such as 127.0.0.1:8080.')
  const wantedMetrics = env.PROVISION_METRICS_LISTEN ?? ''
  const metrics = addressOf(
    /^\d{1,5}$/.test(wantedMetrics) ? `127.0.0.1:${wantedMetrics}` : wantedMetrics,
  )
  if (wantedMetrics !== '' && metrics === undefined)
    problems.push(
      'PROVISION_METRICS_LISTEN must be a port of this machine, such as 9464, or an address and a port.',
    )
  const trustedProxies = proxiesOf(env.PROVISION_TRUSTED_PROXIES ?? '', problems)
  const wanted = env.PROVISION_LOG_LEVEL ?? 'info'
  const logLevel = LEVELS.find((level) => level === wanted)
  if (logLevel === undefined)
    problems.push(`PROVISION_LOG_LEVEL must be one of ${LEVELS.join(', ')}.`)
  if (problems.length > 0 || logLevel === undefined || listen === undefined)
    return { ok: false, problems }
  return {
    ok: true,
    config: {
      ...listen,
      publicUrl,
      ...storage,
      ...(metrics === undefined ? {} : { metrics }),
      ...(trustedProxies === undefined ? {} : { trustedProxies }),
      logLevel,
    },
  }
}
