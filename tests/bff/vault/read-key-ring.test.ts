import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { outputOf, wordsOf } from '../../../bff/vault/key-command.ts'
import { readKeyRing } from '../../../bff/vault/read-key-ring.ts'

const folder = mkdtempSync(join(tmpdir(), 'vault-keys-'))
after(() => rmSync(folder, { recursive: true }))
const secret = randomBytes(32).toString('base64')
const KEYS = `k1:${secret}`
const named = (name: string) => join(folder, name)

/** Why keys were not had; nothing when they were. */
async function whyNot(reading: Promise<unknown>): Promise<string> {
  try {
    await reading
    return ''
  } catch (error) {
    assert.ok(error instanceof Error)
    assert.equal(error.name, 'VaultKeysInvalid')
    assert.ok(!error.message.includes(secret), 'it repeats a key')
    return error.message
  }
}

describe('keys in a file', () => {
  const path = named('keys')
  before(() => writeFileSync(path, `${KEYS}\n`, { mode: 0o600 }))

  for (const mode of [0o600, 0o400])
    it(`are read when it is ${mode.toString(8)}`, async () => {
      chmodSync(path, mode)
      assert.equal((await readKeyRing({ file: path })).current.id, 'k1')
    })
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666])
    it(`are not read when it is ${mode.toString(8)}`, async () => {
      chmodSync(path, mode)
      assert.match(await whyNot(readKeyRing({ file: path })), /open to others/)
    })
  it('are read through a link, by what the link leads to', async () => {
    chmodSync(path, 0o600)
    symlinkSync(path, named('link'))
    assert.equal((await readKeyRing({ file: named('link') })).byId.size, 1)
  })
  it('are not read where there is none', async () =>
    assert.match(await whyNot(readKeyRing({ file: named('none') })), /cannot be opened/))
  it('are not read from a folder', async () => {
    mkdirSync(named('folder'), { mode: 0o700 })
    assert.match(await whyNot(readKeyRing({ file: named('folder') })), /no ordinary file/)
  })
  it('are not waited for at a pipe', async () => {
    spawnSync('mkfifo', ['-m', '600', named('pipe')])
    assert.match(await whyNot(readKeyRing({ file: named('pipe') })), /no ordinary file/)
  })
  it('are not read from something large', async () => {
    writeFileSync(named('large'), `${KEYS}\n`.repeat(2000), { mode: 0o600 })
    assert.match(await whyNot(readKeyRing({ file: named('large') })), /too large/)
  })
  it('are refused for what is wrong with them', async () => {
    writeFileSync(named('wrong'), `k1:${secret.slice(8)}`, { mode: 0o600 })
    assert.match(await whyNot(readKeyRing({ file: named('wrong') })), /k1 is not 32 bytes/)
  })
  it('belong to us or to root', { skip: process.getuid?.() !== 0 }, async () => {
    writeFileSync(named('foreign'), KEYS, { mode: 0o600 })
    spawnSync('chown', ['12345', named('foreign')])
    assert.match(await whyNot(readKeyRing({ file: named('foreign') })), /another user/)
  })
})

describe('the words of a command', () => {
  const words: [string, readonly string[]][] = [
    ['/usr/bin/kms get key', ['/usr/bin/kms', 'get', 'key']],
    ['  /bin/x   y ', ['/bin/x', 'y']],
    ['["/bin/x", "two words", "$HOME"]', ['/bin/x', 'two words', '$HOME']],
    ['/bin/x "not quoted"', ['/bin/x', '"not', 'quoted"']],
    ['["/bin/x", 1]', []],
    ['["/bin/x"', []],
    ['', []],
  ]
  for (const [command, expected] of words)
    it(`${command || 'nothing'} are ${expected.length}`, () =>
      assert.deepEqual(wordsOf(command), expected))
})

describe('keys from a command', () => {
  const env = { PATH: process.env.PATH ?? '' }
  const script = (code: string) => [process.execPath, '-e', code]
  const run = (words: readonly string[], timeout?: number) =>
    outputOf(words, { env, ...(timeout === undefined ? {} : { timeout }) })

  it('are what it writes', async () => {
    const ring = await readKeyRing({ command: `["/bin/echo","${KEYS}"]` }, env)
    assert.equal(ring.current.id, 'k1')
  })
  it('are not read by a shell', async () =>
    assert.equal(
      (await run(['/bin/echo', '$HOME; `id` $(id) | x'])).trim(),
      '$HOME; `id` $(id) | x',
    ))
  it('come from an absolute path: nobody’s PATH decides which program it is', async () =>
    assert.match(await whyNot(readKeyRing({ command: 'echo x' }, env)), /absolute path/))
  it('come without our own settings in its environment', async () => {
    const seen = await outputOf(script('console.log(Object.keys(process.env).sort().join())'), {
      env: { ...env, PROVISION_DATABASE_TOKEN: 'secret', AWS_REGION: 'x' },
    })
    assert.equal(seen.trim(), 'AWS_REGION,PATH')
  })
  it('come from a program that waits for no input', async () =>
    assert.equal(
      await run(script('process.stdin.on("end", () => console.log("k")).resume()')),
      'k\n',
    ))
  it('are none when it cannot be run', async () =>
    assert.match(await whyNot(run(['/no/such/program'])), /cannot be run/))
  it('are none when it fails, and what it said stays unsaid', async () => {
    const why = await whyNot(
      run(script(`console.log("${secret}"); console.error("${secret}"); process.exitCode = 3`)),
    )
    assert.match(why, /exit code 3$/)
  })
  it('are none when it is killed', async () =>
    assert.match(await whyNot(run(script('process.kill(process.pid, "SIGTERM")'))), /SIGTERM/))
  it('are none when it says too much', async () =>
    assert.match(
      await whyNot(run(script('setInterval(() => console.log("x".repeat(10000)), 1)'))),
      /more than 65536 bytes/,
    ))
  it('are not waited for longer than its time, whatever it has started', async () => {
    const began = performance.now()
    const why = await whyNot(run(['/bin/sh', '-c', 'sleep 60 & sleep 60'], 200))
    assert.deepEqual([/within 200 ms/.test(why), performance.now() - began < 30_000], [true, true])
  })
  it('are refused for what is wrong with them, without what was said', async () =>
    assert.match(
      await whyNot(readKeyRing({ command: `["/bin/echo","${secret}"]` }, env)),
      /written as id:base64/,
    ))
})
