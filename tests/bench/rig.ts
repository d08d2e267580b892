import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { fetch } from 'undici'
import { freeInARow } from '../../bff/demo/free-ports.ts'
import { Program, run } from '../bff/cli/processes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const ISSUER = 'https://bench.example'
const SCOPES = [
  'services:read',
  'services:write',
  'fields:read',
  'configurations:read',
  'configurations:write',
  'operations:manage',
  'actions:create',
].join(' ')
const TOKEN_SECONDS = 840

/** The built BFF and the demo's WHM server, each a process of its own as in operation; the bench only asks. */
export interface Rig {
  readonly folder: string
  /** `http://localhost:PORT` */
  readonly bff: string
  readonly whm: {
    readonly url: string
    readonly control: string
    readonly token: string
    /** Path of a PEM file, and what is in it. */
    readonly caFile: string
    readonly ca: string
  }
  readonly configuration: string
  readonly token: string
  /** Asks the BFF as staff. @throws Error when the answer is no success */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<unknown>
  faults(list: readonly Record<string, unknown>[]): Promise<void>
  end(): Promise<void>
}

function lineOf(said: string, name: string): string {
  const value = new RegExp(`^${name} +(\\S+)`, 'm').exec(said)?.[1]
  if (value === undefined) throw new Error(`the WHM server did not say its ${name}: ${said}`)
  return value
}

async function startWhm(folder: string) {
  const args = ['--port', '0', '--control-port', '0', '--data', join(folder, 'whm')]
  const program = new Program('bff/demo/whm/main.ts', args, {})
  await program.says('Stop with Ctrl-C.')
  const caFile = lineOf(program.out, 'ca')
  return {
    program,
    facts: {
      url: lineOf(program.out, 'url'),
      control: lineOf(program.out, 'control'),
      token: lineOf(program.out, 'token'),
      caFile,
      ca: readFileSync(caFile, 'utf8'),
    },
  }
}

async function startBff(folder: string, database: string) {
  const port = await freeInARow(5700, 1)
  const url = `http://localhost:${port}`
  const env = {
    PROVISION_DATABASE_URL: database,
    PROVISION_VAULT_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    PROVISION_PUBLIC_URL: url,
    PROVISION_LISTEN: `127.0.0.1:${port}`,
    PROVISION_ALLOWED_HOSTS: 'localhost,127.0.0.1',
  }
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keyFile = join(folder, 'public.pem')
  writeFileSync(keyFile, await exportSPKI(publicKey))
  const added = await run(
    'bff/cli/provision.ts',
    [
      'tenant',
      'add',
      '--label=Bench',
      `--issuer=${ISSUER}`,
      '--origin=https://admin.bench.example',
      `--public-key=${keyFile}`,
      // A bench asks as fast as it can, and creates without end.
      ...['token', 'service', 'tenant'].map((name) => `--limit=${name}=10000000`),
      '--limit=creates=none',
    ],
    env,
  )
  if (added.code !== 0) throw new Error(`no tenant could be added: ${added.err}`)
  const token = await new SignJWT({ role: 'staff', scope: SCOPES, client_id: 'bench' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer(ISSUER)
    .setAudience(url)
    .setSubject('bench')
    .setJti('bench')
    .setIssuedAt()
    .setExpirationTime(`${TOKEN_SECONDS}s`)
    .sign(privateKey)
  const program = new Program('dist/bff/main.js', [], env)
  await program.says('"msg":"ready"')
  return { program, url, token }
}

/**
 * Starts the two, and a configuration that joins them.
 *
 * @param database URL of an empty database on a server; a file of its own unless told
 */
export async function openRig(database?: string): Promise<Rig> {
  const built = spawnSync(process.execPath, ['bff/cli/ensure-built.mjs'], { cwd: root })
  if (built.status !== 0) throw new Error(`the BFF cannot be built: ${built.stderr}`)
  const folder = mkdtempSync(join(tmpdir(), 'provision-bench-'))
  const started: Program[] = []
  const end = async () => {
    // A BFF whose calls hang would wait for them; nothing of this is kept.
    for (const program of started) program.signal('SIGKILL')
    await Promise.all(started.map(({ ended }) => ended))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    return await joined(folder, started, end, database ?? `file:${join(folder, 'provision.db')}`)
  } catch (error) {
    await end()
    throw error
  }
}

async function joined(
  folder: string,
  started: Program[],
  end: () => Promise<void>,
  database: string,
): Promise<Rig> {
  const { program: whmProgram, facts: whm } = await startWhm(folder)
  started.push(whmProgram)
  const { program: bffProgram, url, token } = await startBff(folder, database)
  started.push(bffProgram)

  const ask: Rig['ask'] = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${url}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text) as unknown
  }
  // The BFF proves its own shapes.
  const made = (await ask('POST', '/configurations', {
    label: 'Bench',
    host: 'localhost',
    port: Number(new URL(whm.url).port),
    user: 'root',
    token: whm.token,
    pin: { ca: whm.ca },
  })) as { readonly id: string }

  return {
    folder,
    bff: url,
    whm,
    configuration: made.id,
    token,
    ask,
    async faults(list) {
      const answer = await fetch(`${whm.control}/faults`, {
        method: 'PUT',
        body: JSON.stringify(list),
      })
      if (!answer.ok) throw new Error(`no faults: ${await answer.text()}`)
    },
    end,
  }
}
