import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { type Config, readConfig } from '../../bff/config.ts'

const complete = {
  PROVISION_PUBLIC_URL: 'https://panel.example.com/',
  PROVISION_DATABASE_URL: 'file:/var/lib/provision/provision.db',
  PROVISION_VAULT_KEYS: `k1:${randomBytes(32).toString('base64')}`,
}

function configOf(env: Record<string, string>): Config {
  const answer = readConfig(env)
  assert.ok(answer.ok, JSON.stringify(answer))
  return answer.config
}

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  const answer = readConfig(env)
  assert.ok(!answer.ok)
  return answer.problems
}

describe('an environment with nothing in it', () => {
  const problems = problemsOf({})

  it('is told everything that is missing at once', () => {
    assert.equal(problems.length, 3)
  })
  for (const name of Object.keys(complete))
    it(`is told of ${name}`, () => {
      assert.ok(problems.some((problem) => problem.startsWith(`${name} is missing`)))
    })
  it('is told how to make a key', () => {
    assert.ok(problems.some((problem) => problem.includes('npm run -s provision -- key')))
  })
})

describe('an environment with what is needed', () => {
  const config = configOf(complete)

  it('knows the public address without its slash', () => {
    assert.equal(config.publicUrl, 'https://panel.example.com')
  })
  it('listens on this machine only', () => {
    assert.deepEqual([config.host, config.port], ['127.0.0.1', 8080])
  })
  it('keeps the operator’s socket beside the database', () => {
    assert.equal(config.socket, '/var/lib/provision/provision.socket')
  })
  it('serves metrics nowhere', () => {
    assert.equal(config.metrics, undefined)
  })
  it('allows no private host', () => {
    assert.deepEqual(config.allowedHosts, [])
  })
})

describe('an environment with a libSQL server', () => {
  const config = configOf({
    ...complete,
    PROVISION_DATABASE_URL: 'libsql://db.example.com',
    PROVISION_DATABASE_TOKEN: 'jwt',
  })

  it('has no socket', () => {
    assert.equal(config.socket, undefined)
  })
  it('knows the token', () => {
    assert.deepEqual(config.database, { url: 'libsql://db.example.com', authToken: 'jwt' })
  })
})

describe('a libSQL server without TLS', () => {
  for (const url of ['http://127.0.0.1:8081', 'ws://localhost:8081', 'libsql://[::1]:8081?tls=0'])
    it(`may be on this machine: ${url}`, () =>
      assert.equal(configOf({ ...complete, PROVISION_DATABASE_URL: url }).database.url, url))
})

describe('an environment with more', () => {
  it('reads a list of allowed hosts', () => {
    const { allowedHosts } = configOf({
      ...complete,
      PROVISION_ALLOWED_HOSTS: 'a.test, 10.0.0.0/8,',
    })
    assert.deepEqual(allowedHosts, ['a.test', '10.0.0.0/8'])
  })
  it('reads the proxies whose word is taken', () =>
    assert.deepEqual(
      configOf({ ...complete, PROVISION_TRUSTED_PROXIES: '127.0.0.1, fd00::/8' }).trustedProxies,
      ['127.0.0.1', 'fd00::/8'],
    ))
  it('tells that there is no proxy from that nothing is said of one', () =>
    assert.deepEqual(
      ['none', ''].map(
        (said) => configOf({ ...complete, PROVISION_TRUSTED_PROXIES: said }).trustedProxies,
      ),
      [[], undefined],
    ))
  it('serves metrics to this machine only, where just a port is named', () =>
    assert.deepEqual(configOf({ ...complete, PROVISION_METRICS_LISTEN: '9464' }).metrics, {
      host: '127.0.0.1',
      port: 9464,
    }))
  it('serves metrics elsewhere where an address is named', () =>
    assert.deepEqual(configOf({ ...complete, PROVISION_METRICS_LISTEN: '10.0.0.5:9464' }).metrics, {
      host: '10.0.0.5',
      port: 9464,
    }))
  it('listens on an IPv6 address', () => {
    const { host, port } = configOf({ ...complete, PROVISION_LISTEN: '[::]:9000' })
    assert.deepEqual([host, port], ['::', 9000])
  })
})

describe('an environment with the keys of the vault elsewhere', () => {
  const { PROVISION_VAULT_KEYS, ...rest } = complete
  it('names a file', () => {
    const { vaultKeys } = configOf({ ...rest, PROVISION_VAULT_KEYS_FILE: '/run/secrets/vault' })
    assert.deepEqual(vaultKeys, { file: '/run/secrets/vault' })
  })
  it('names a command', () => {
    const { vaultKeys } = configOf({ ...rest, PROVISION_VAULT_KEYS_COMMAND: '/usr/bin/kms get' })
    assert.deepEqual(vaultKeys, { command: '/usr/bin/kms get' })
  })
  for (const more of [
    { PROVISION_VAULT_KEYS, PROVISION_VAULT_KEYS_FILE: '/x' },
    { PROVISION_VAULT_KEYS, PROVISION_VAULT_KEYS_COMMAND: '/x' },
    { PROVISION_VAULT_KEYS_FILE: '/x', PROVISION_VAULT_KEYS_COMMAND: '/x' },
  ])
    it(`is refused when it names two: ${Object.keys(more).join(' and ')}`, () => {
      assert.match(problemsOf({ ...rest, ...more }).join(), /exclude each other/)
    })
  it('may leave the others empty, as templates do', () => {
    const { vaultKeys } = configOf({ ...complete, PROVISION_VAULT_KEYS_FILE: '' })
    assert.equal(vaultKeys, complete.PROVISION_VAULT_KEYS)
  })
})

describe('an environment that weakens TLS', () => {
  for (const [name, value] of [
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', ''],
    ['NODE_OPTIONS', '--max-old-space-size=512 --tls-min-v1.0'],
    ['NODE_OPTIONS', '--tls-keylog=/tmp/x'],
    ['NODE_OPTIONS', '--insecure-http-parser'],
  ] as const)
    it(`is refused: ${name}=${value}`, () => {
      assert.match(problemsOf({ ...complete, [name]: value }).join(), new RegExp(`^${name} `))
    })
  for (const [name, value] of [
    ['NODE_TLS_REJECT_UNAUTHORIZED', '1'],
    ['NODE_OPTIONS', '--max-old-space-size=512'],
    ['NODE_EXTRA_CA_CERTS', '/etc/ssl/own.pem'],
  ] as const)
    it(`is none: ${name}=${value}`, () => {
      assert.ok(readConfig({ ...complete, [name]: value }).ok)
    })
})

describe('an environment with a wrong value', () => {
  const wrong: [string, string][] = [
    ['PROVISION_PUBLIC_URL', 'http://panel.example.com'],
    ['PROVISION_PUBLIC_URL', 'https://panel.example.com/path'],
    ['PROVISION_PUBLIC_URL', 'panel'],
    ['PROVISION_DATABASE_URL', 'mysql://db'],
    ['PROVISION_DATABASE_URL', 'http://db.example.com'],
    ['PROVISION_DATABASE_URL', 'ws://10.0.0.5:8081'],
    ['PROVISION_DATABASE_URL', 'libsql://db.example.com?tls=0'],
    ['PROVISION_DATABASE_URL', 'http://localhost.example.com'],
    ['PROVISION_DATABASE_URL', 'libsql://db.example.com?authToken=SECRET'],
    ['PROVISION_DATABASE_URL', 'https://user:SECRET@db.example.com'],
    ['PROVISION_VAULT_KEYS', 'k1:c2hvcnQ='],
    ['PROVISION_ALLOWED_HOSTS', '10.0.0.0/99'],
    ['PROVISION_ALLOWED_HOSTS', 'whm.internal/8'],
    ['PROVISION_ALLOWED_HOSTS', 'https://whm.internal'],
    ['PROVISION_ALLOWED_HOSTS', '169.254.169.254'],
    ['PROVISION_TRUSTED_PROXIES', 'proxy.internal'],
    ['PROVISION_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['PROVISION_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['PROVISION_TRUSTED_PROXIES', '::/0'],
    ['PROVISION_TRUSTED_PROXIES', '127.0.0.1,none'],
    ['PROVISION_TRUSTED_PROXIES', '127.0.0.1,'],
    ['PROVISION_LISTEN', '8080'],
    ['PROVISION_LISTEN', '127.0.0.1:70000'],
    ['PROVISION_METRICS_LISTEN', 'here'],
    ['PROVISION_METRICS_LISTEN', '70000'],
    ['PROVISION_LOG_LEVEL', 'loud'],
  ]
  for (const [name, value] of wrong)
    it(`refuses ${name}=${value} by its name`, () => {
      const problems = problemsOf({ ...complete, [name]: value })
      assert.match(problems.join('\n'), new RegExp(`^${name} `))
    })
  it('does not repeat the token of a database', () => {
    const PROVISION_DATABASE_URL = 'libsql://db.example.com?authToken=SECRET'
    assert.doesNotMatch(problemsOf({ ...complete, PROVISION_DATABASE_URL }).join(), /SECRET/)
  })
  it('does not repeat a key of the vault', () => {
    const problems = problemsOf({ ...complete, PROVISION_VAULT_KEYS: 'k1:c2VjcmV0LWtleQ==' })
    assert.ok(!problems.join().includes('c2VjcmV0LWtleQ'))
  })
})
