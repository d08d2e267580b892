import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { parseArgs } from 'node:util'

/** A command line, understood. */
export interface OperatorRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly json: boolean
}

export interface Command {
  readonly name: string
  read(args: readonly string[]): Promise<OperatorRequest | { readonly misused: string }>
  show(body: unknown): string
}

export const USAGE = `provision key                          a new line for PROVISION_VAULT_KEYS
provision tenant add                   --label NAME --issuer ISS --origin URL [--origin URL …]
                                       (--jwks-url URL | --jwks FILE | --public-key PEM-FILE) [--algorithm ES256 …] [--client-action NAME …]
provision tenant list
provision configuration add            --tenant ID --label NAME --host HOST [--port 2087] --user USER --token-file FILE|-
                                       [--ca FILE | --fingerprint AA:BB:…]
provision configuration list           [--tenant ID]
provision operations                   [--stuck]

Every command takes --json. It speaks to the running BFF over its socket, or opens the database when it is idle:
PROVISION_DATABASE_URL and PROVISION_VAULT_KEYS as for the BFF. ID is the tenant's id or its issuer.
`

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

function understood(
  args: readonly string[],
  options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>,
  build: (values: Values) => Omit<OperatorRequest, 'json'>,
): OperatorRequest | { readonly misused: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...options, json: { type: 'boolean' } },
      allowPositionals: false,
    })
    return { ...build(values), json: values.json === true }
  } catch (error) {
    return {
      misused: error instanceof Error ? error.message : 'The command line is not understood.',
    }
  }
}

/** A file, or standard input for `-`: a secret never stands on a command line, which every user of a machine can read. */
function contentOf(path: unknown): string | undefined {
  if (typeof path !== 'string') return undefined
  return readFileSync(path === '-' ? process.stdin.fd : path, 'utf8')
}

function keySetOf(values: Values): unknown {
  if (values.jwks !== undefined) return JSON.parse(contentOf(values.jwks) ?? '')
  const pem = contentOf(values['public-key'])
  if (pem === undefined) return undefined
  // A private key would be read as its public half: whoever mixed the files up must hear of it.
  if (pem.includes('PRIVATE KEY'))
    throw new Error('--public-key was given a private key: keep that one at home.')
  return { keys: [createPublicKey(pem).export({ format: 'jwk' })] }
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

function listOf(body: unknown, key: string): Record<string, unknown>[] {
  if (typeof body !== 'object' || body === null) return []
  const list: unknown = Reflect.get(body, key)
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : []
}

const cell = (value: unknown): string =>
  value === null ? '-' : Array.isArray(value) ? value.join(' ') : String(value)

function shown(body: unknown, key: string, columns: readonly string[]): string {
  const rows = listOf(body, key)
  if (rows.length === 0) return `No ${key} yet.\n`
  return table([columns, ...rows.map((row) => columns.map((column) => cell(row[column])))])
}

function added(what: string, body: unknown): string {
  const id: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'id') : undefined
  return `Added ${what} ${String(id)}.\n`
}

export const commands: readonly Command[] = [
  {
    name: 'tenant add',
    async read(args) {
      const many = { type: 'string', multiple: true } as const
      const one = { type: 'string' } as const
      return understood(
        args,
        {
          label: one,
          issuer: one,
          origin: many,
          'jwks-url': one,
          jwks: one,
          'public-key': one,
          algorithm: many,
          'client-action': many,
        },
        (values) => ({
          method: 'POST',
          path: '/tenants',
          body: {
            label: values.label,
            issuer: values.issuer,
            origins: values.origin ?? [],
            jwks_url: values['jwks-url'],
            jwks: keySetOf(values),
            algorithms: values.algorithm,
            client_actions: values['client-action'],
          },
        }),
      )
    },
    show: (body) => added('tenant', body),
  },
  {
    name: 'tenant list',
    async read(args) {
      return understood(args, {}, () => ({ method: 'GET', path: '/tenants' }))
    },
    show: (body) => shown(body, 'tenants', ['id', 'label', 'issuer', 'keys', 'origins']),
  },
  {
    name: 'configuration add',
    async read(args) {
      const one = { type: 'string' } as const
      return understood(
        args,
        {
          tenant: one,
          label: one,
          host: one,
          port: one,
          user: one,
          'token-file': one,
          ca: one,
          fingerprint: one,
        },
        (values) => ({
          method: 'POST',
          path: '/configurations',
          body: {
            tenant: values.tenant ?? '',
            label: values.label,
            host: values.host,
            ...(values.port === undefined ? {} : { port: Number(values.port) }),
            user: values.user,
            token: contentOf(values['token-file'])?.trim(),
            ...(values.ca === undefined ? {} : { pin: { ca: contentOf(values.ca) } }),
            ...(values.fingerprint === undefined
              ? {}
              : { pin: { fingerprint: String(values.fingerprint).toUpperCase() } }),
          },
        }),
      )
    },
    show: (body) => added('configuration', body),
  },
  {
    name: 'configuration list',
    async read(args) {
      return understood(args, { tenant: { type: 'string' } }, (values) => ({
        method: 'GET',
        path:
          values.tenant === undefined
            ? '/configurations'
            : `/configurations?tenant=${encodeURIComponent(String(values.tenant))}`,
      }))
    },
    show: (body) =>
      shown(body, 'configurations', ['id', 'tenant', 'label', 'host', 'port', 'user', 'services']),
  },
  {
    name: 'operations',
    async read(args) {
      return understood(args, { stuck: { type: 'boolean' } }, (values) => ({
        method: 'GET',
        path: values.stuck === true ? '/operations?stuck=1' : '/operations',
      }))
    },
    show: (body) =>
      listOf(body, 'operations').length === 0
        ? 'No operation is under way.\n'
        : shown(body, 'operations', [
            'id',
            'tenant',
            'service',
            'action',
            'state',
            'since',
            'why',
            'stuck',
          ]),
  },
]
