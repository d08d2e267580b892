import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { freeInARow } from '../../../bff/demo/free-ports.ts'
import { parseKeyRing } from '../../../bff/vault/key-ring.ts'
import { type Ended, Program, run } from './processes.ts'

const COMMAND = 'bff/cli/provision.ts'
const TOKEN = 'CANARYTOKENCANARYTOKENCANARYTOKE'
const folder = mkdtempSync(join(tmpdir(), 'operator-'))
const env = {
  PROVISION_DATABASE_URL: `file:${join(folder, 'provision.db')}`,
  PROVISION_VAULT_KEYS: `k1:${randomBytes(32).toString('base64')}`,
}
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
writeFileSync(
  join(folder, 'public.pem'),
  pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
)
writeFileSync(
  join(folder, 'private.pem'),
  pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
)
after(() => rmSync(folder, { recursive: true }))

const addTenant = (issuer: string, key = 'public.pem') =>
  run(
    COMMAND,
    [
      'tenant',
      'add',
      '--label=Brand',
      `--issuer=${issuer}`,
      '--origin=https://admin.brand.example',
      `--public-key=${join(folder, key)}`,
    ],
    env,
  )
const addConfiguration = (issuer: string, host: string) =>
  run(
    COMMAND,
    [
      'configuration',
      'add',
      `--tenant=${issuer}`,
      '--label=Main',
      `--host=${host}`,
      '--user=root',
      '--token-file=-',
    ],
    env,
    `${TOKEN}\n`,
  )

describe('the operator’s command without a word', () => {
  it('says what it can do', async () => {
    assert.match((await run(COMMAND, [])).out, /provision tenant add/)
  })
})

describe('the operator’s command with a word it does not know', () => {
  it('says so by its exit', async () => {
    assert.equal((await run(COMMAND, ['tenant', 'paint'])).code, 2)
  })
})

describe('a new key for the vault', () => {
  it('can be used at once', async () => {
    const { out } = await run(COMMAND, ['key'])
    assert.equal(parseKeyRing(out.trim()).byId.size, 1)
  })
})

describe('a command without an environment', () => {
  it('is told what is missing', async () => {
    const { code, err } = await run(COMMAND, ['tenant', 'list'])
    assert.deepEqual([code, /PROVISION_DATABASE_URL is missing/.test(err)], [2, true])
  })
})

describe('an idle database', () => {
  let added: Ended
  let configured: Ended
  before(async () => {
    added = await addTenant('https://brand.example')
    configured = await addConfiguration('https://brand.example', 'whm.example.com')
  })

  it('takes a tenant', () => {
    assert.match(added.out, /^Added tenant ten_/)
  })
  it('takes a configuration, its token from standard input', () => {
    assert.match(configured.out, /^Added configuration cfg_/, configured.err)
  })
  it('lists the tenant', async () => {
    assert.match(
      (await run(COMMAND, ['tenant', 'list'], env)).out,
      /https:\/\/brand\.example +inline/,
    )
  })
  it('lists the configuration for a program', async () => {
    const { out } = await run(COMMAND, ['configuration', 'list', '--json'], env)
    assert.equal(JSON.parse(out).configurations[0].host, 'whm.example.com')
  })
  it('refuses a private host and says how to allow it', async () => {
    const { code, err } = await addConfiguration('https://brand.example', '127.0.0.1')
    assert.deepEqual([code, /host: .*PROVISION_ALLOWED_HOSTS/.test(err)], [1, true])
  })
  it('answers the same command with the tenant that is there', async () => {
    assert.equal((await addTenant('https://brand.example')).out, added.out)
  })
  it('refuses a private key where the public one belongs', async () => {
    assert.match((await addTenant('https://b.example', 'private.pem')).err, /keep that one at home/)
  })
  it('holds the token nowhere in clear', () => {
    const files = readdirSync(folder).filter((name) => name.startsWith('provision.db'))
    const found = files.filter((name) => readFileSync(join(folder, name)).includes(TOKEN))
    assert.deepEqual([files.length > 0, found], [true, []])
  })
})

describe('the BFF started with nothing', () => {
  let ended: Ended
  before(async () => {
    ended = await run('bff/main.ts', [])
  })

  it('exits with 2', () => {
    assert.equal(ended.code, 2)
  })
  it('says everything that is missing', () => {
    assert.match(ended.err, /PROVISION_PUBLIC_URL.*PROVISION_DATABASE_URL.*PROVISION_VAULT_KEYS/s)
  })
})

describe('a running BFF', () => {
  let bff: Program
  let listed: Ended
  let added: Ended
  let second: Ended
  let alive: number
  let ended: Ended
  before(async () => {
    const port = await freeInARow(42_000, 1)
    const running = {
      ...env,
      PROVISION_PUBLIC_URL: 'https://panel.example.com',
      PROVISION_LISTEN: `127.0.0.1:${port}`,
    }
    bff = new Program('bff/main.ts', [], running)
    await bff.says('"ready"')
    alive = (await fetch(`http://127.0.0.1:${port}/livez`)).status
    added = await addTenant('https://second.example')
    listed = await run(COMMAND, ['tenant', 'list'], env)
    second = await run('bff/main.ts', [], running)
    bff.signal('SIGTERM')
    ended = await bff.ended
  })

  it('is alive', () => {
    assert.equal(alive, 200)
  })
  it('takes a tenant over its socket', () => {
    assert.match(added.out, /^Added tenant/, added.err)
  })
  it('lists what was added before and now', () => {
    assert.match(listed.out, /brand\.example.*second\.example/s)
  })
  it('keeps a second one from the same file', () => {
    assert.deepEqual([second.code, /cannot start/.test(second.err)], [1, true])
  })
  it('stops when it is told to', () => {
    assert.deepEqual([ended.code, /"stopped"/.test(ended.out)], [0, true])
  })
  it('has no key in its log', () => {
    assert.ok(!ended.out.includes(env.PROVISION_VAULT_KEYS.slice(3)))
  })
})

describe('the keys of the vault', () => {
  const [previous, now] = ['before', 'now'].map(
    (id) => `${id}:${randomBytes(32).toString('base64')}`,
  )
  const own = mkdtempSync(join(tmpdir(), 'operator-'))
  const files = { PROVISION_DATABASE_URL: `file:${join(own, 'provision.db')}` }
  const withKeys = (...keys: (string | undefined)[]) => ({
    ...files,
    PROVISION_VAULT_KEYS: keys.join(','),
  })
  after(() => rmSync(own, { recursive: true }))
  before(async () => {
    const keys = withKeys(previous)
    const issuer = 'https://keys.example'
    await run(
      COMMAND,
      [
        'tenant',
        'add',
        '--label=Brand',
        `--issuer=${issuer}`,
        '--origin=https://admin.brand.example',
        `--public-key=${join(folder, 'public.pem')}`,
      ],
      keys,
    )
    await run(
      COMMAND,
      [
        'configuration',
        'add',
        `--tenant=${issuer}`,
        '--label=Main',
        '--host=whm.example.com',
        '--user=root',
        '--token-file=-',
        `--spki=sha256/${randomBytes(32).toString('base64')}`,
      ],
      keys,
      `${TOKEN}\n`,
    )
  })

  it('are told apart by what they have sealed', async () => {
    const { out, err } = await run(COMMAND, ['vault', 'status'], withKeys(now, previous))
    assert.match(out, /now +current +0 +0 +0\nbefore +previous +1 +0 +\d +no\n/, err)
  })
  it('are missing when they are: nothing starts', async () => {
    const { code, err } = await run(COMMAND, ['vault', 'status'], withKeys(now))
    assert.deepEqual([code, /1 of configuration\.token with key before/.test(err)], [1, true], err)
  })
  it('keep the BFF from starting when one is missing, with 2', async () => {
    const { code, err } = await run('bff/main.ts', [], {
      ...withKeys(now),
      PROVISION_PUBLIC_URL: 'https://panel.example.com',
    })
    assert.deepEqual([code, /1 of configuration\.token with key before/.test(err)], [2, true], err)
  })
  it('keep the BFF from starting when their file is open to others, with 2', async () => {
    const path = join(own, 'keys')
    writeFileSync(path, `${now},${previous}`, { mode: 0o644 })
    const { code, err } = await run('bff/main.ts', [], {
      ...files,
      PROVISION_VAULT_KEYS_FILE: path,
      PROVISION_PUBLIC_URL: 'https://panel.example.com',
    })
    assert.deepEqual([code, /open to others/.test(err)], [2, true], err)
    assert.ok(!err.includes(String(now).slice(4)))
  })
  it('seal everything anew when told to, and let the one before be dropped', async () => {
    const done = await run(COMMAND, ['vault', 'reseal'], withKeys(now, previous))
    const status = await run(COMMAND, ['vault', 'status', '--json'], withKeys(now, previous))
    const { keys } = JSON.parse(status.out)
    assert.deepEqual(
      [done.out, keys[1].id, keys[1].may_be_dropped],
      ['Sealed anew: 1.\n', 'before', true],
    )
  })
  it('are enough without the one before then', async () => {
    const { code, out } = await run(COMMAND, ['vault', 'status'], withKeys(now))
    assert.deepEqual([code, /now +current +1 +0 +\d/.test(out)], [0, true], out)
  })
})

describe('the BFF told not to verify servers', () => {
  it('does not start', async () => {
    const { code, err } = await run('bff/main.ts', [], {
      ...env,
      PROVISION_PUBLIC_URL: 'https://panel.example.com',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    })
    assert.deepEqual([code, /NODE_TLS_REJECT_UNAUTHORIZED is set/.test(err)], [2, true], err)
  })
})

describe('the operations under way', () => {
  for (const args of [['operations'], ['operations', '--stuck']])
    it(`are none in an idle database: ${args.join(' ')}`, async () =>
      assert.equal((await run(COMMAND, args, env)).out, 'No operation is under way.\n'))
  it('are asked for in no other way', async () =>
    assert.equal((await run(COMMAND, ['operations', '--all'], env)).code, 2))
})

describe('taking a token back', () => {
  const tenant = '--tenant=https://brand.example'
  it('says until when that is kept', async () =>
    assert.match(
      (await run(COMMAND, ['token', 'revoke', tenant, '--jti=j1'], env)).out,
      /^Revoked the token\. .* kept until \d{4}-/,
    ))
  it('is listed, without the token’s id', async () => {
    const { out } = await run(COMMAND, ['token', 'list', tenant, '--json'], env)
    const digest = createHash('sha256').update('j1').digest('hex')
    assert.equal(JSON.parse(out).tokens[0].digest, digest)
  })
  it('can be done for everything somebody has', async () => {
    const done = await run(COMMAND, ['subject', 'revoke', tenant, '--subject=ann'], env)
    const { out } = await run(COMMAND, ['subject', 'list', tenant], env)
    assert.deepEqual([done.code, /^ann +\d{4}-/m.test(out)], [0, true])
  })
  it('of a tenant nobody knows changes nothing and says so', async () => {
    const { code, err } = await run(COMMAND, ['token', 'revoke', '--tenant=x', '--jti=j'], env)
    assert.deepEqual([code, err], [1, 'Nothing was changed.\n  tenant: is unknown\n'])
  })
  it('needs to know which', async () =>
    assert.equal((await run(COMMAND, ['token', 'revoke', tenant], env)).code, 1))
})
