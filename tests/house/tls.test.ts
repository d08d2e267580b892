import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { weakenings } from './tls.ts'
import { root, sources } from './tree.ts'

describe('the verification of servers', () => {
  it('is turned off nowhere in this repository', () => {
    const files = sources(['bff', 'db', 'tests', 'widgets'], /\.(?:ts|mjs|js)$/)
    assert.ok(files.size > 300, `${files.size} files`)
    assert.deepEqual(
      [...files].flatMap(([path, source]) => weakenings(path, source)),
      [],
    )
  })
  it('is turned off by no script either', () => {
    const switches = /REJECT_UNAUTHORIZED=|strict-ssl\s*=\s*false|--insecure(?!-)|curl [^\n]*-k\b/
    const found = ['package.json', '.ci/run', '.npmrc', 'README.md'].filter((name) =>
      switches.test(readFileSync(join(root, name), 'utf8')),
    )
    assert.deepEqual(found, [])
  })
})

describe('a switch that turns part of it off', () => {
  const planted: [what: string, source: string][] = [
    ['an option', 'connect({ rejectUnauthorized: false })'],
    ['an option that a variable decides', 'connect({ rejectUnauthorized: !isTest })'],
    ['an option by its short form', 'connect({ rejectUnauthorized })'],
    ['an option in quotes', "connect({ 'rejectUnauthorized': 0 })"],
    ['an assignment', 'options.rejectUnauthorized = false'],
    ['an assignment in brackets', "options['rejectUnauthorized'] = false"],
    ['an option that is in the environment', 'connect({ rejectUnauthorized: env.STRICT })'],
    ['the environment', "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'"],
    ['the environment of a child', "spawn('x', { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })"],
    ['no check of names', 'connect({ checkServerIdentity: () => undefined })'],
    ['no check of names, at length', 'connect({ checkServerIdentity() { return undefined } })'],
    [
      'a check of names outside the pins',
      'connect({ checkServerIdentity: (n, c) => f(c) ? undefined : g() })',
    ],
    ['another library’s option', 'request({ strictSSL: false })'],
    ['a browser’s option', 'launch({ ignoreHTTPSErrors: true })'],
    ['a browser’s flag', "launch({ args: ['--ignore-certificate-errors'] })"],
    ['a lax parser', 'new Agent({ insecureHTTPParser: true })'],
    ['an old protocol', "connect({ minVersion: 'TLSv1' })"],
    ['a setting of our own', 'const settings = { insecure: env.PROVISION_INSECURE }'],
    ['a flag of a command', "run('curl', ['--insecure'])"],
    ['no encryption', "connect({ ciphers: 'ALL:@SECLEVEL=0' })"],
  ]
  for (const [what, source] of planted)
    it(`is found: ${what}`, () => {
      assert.ok(weakenings('bff/providers/cpanel/a.ts', source).length > 0)
    })
  it('is found where pins are judged, if it judges nothing', () => {
    for (const body of ['undefined', 'true ? undefined : undefined', 'pin ? undefined : fail()'])
      assert.equal(
        weakenings(
          'bff/providers/cpanel/tls-pin.ts',
          `const a = { checkServerIdentity: () => ${body} }`,
        ).length,
        1,
        body,
      )
  })
})

describe('what keeps verification on', () => {
  const allowed: [what: string, source: string][] = [
    ['saying so', 'connect({ rejectUnauthorized: true })'],
    ['an authority', 'connect({ ca: pem, allowPartialTrustChain: true })'],
    ['a new protocol', "connect({ minVersion: 'TLSv1.3' })"],
    ['words in a comment', '// rejectUnauthorized: false is never written here'],
  ]
  for (const [what, source] of allowed)
    it(`is left alone: ${what}`, () => {
      assert.deepEqual(weakenings('bff/providers/cpanel/a.ts', source), [])
    })
})
