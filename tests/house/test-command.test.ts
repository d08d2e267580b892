import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { buildTests } from '../built-tests.ts'
import { OutputInTurn } from '../output-in-turn.ts'
import { BUILT_TESTS, commandOf } from '../program-command.ts'
import { Room } from '../room.ts'
import { root } from './tree.ts'

describe('suites that run at the same time', () => {
  let shown: string
  const output = new OutputInTurn((chunk) => {
    shown += chunk
  })
  const first = output.open()
  const second = output.open()
  const third = output.open()
  before(() => {
    shown = ''
  })

  it('are shown at once when it is their turn', () => {
    first.write('a')
    assert.equal(shown, 'a')
  })
  it('are kept back until it is', () => {
    second.write('c')
    third.write('d')
    first.write('b')
    assert.equal(shown, 'ab')
  })
  it('are shown whole when those before them have ended', () => {
    second.end()
    first.end()
    assert.equal(shown, 'abcd')
  })
})

describe('room for two processes', () => {
  const entered: string[] = []
  const room = new Room(2)
  const leaving = new Map<string, () => void>()
  const ask = async (name: string, wanted: number) => {
    const leave = await room.enter(wanted)
    entered.push(name)
    leaving.set(name, leave)
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  before(async () => {
    for (const [name, wanted] of [
      ['one', 1],
      ['both', 2],
      ['late', 1],
    ] as const)
      void ask(name, wanted)
    await settled()
  })

  it('lets nobody overtake who waits for more', () => assert.deepEqual(entered, ['one']))
  it('lets the next one in when there is enough', async () => {
    leaving.get('one')?.()
    await settled()
    assert.deepEqual(entered, ['one', 'both'])
  })
  it('gives who wants more than there is all of it', async () => {
    leaving.get('both')?.()
    await settled()
    leaving.get('late')?.()
    await ask('crowd', 9)
    assert.deepEqual(entered, ['one', 'both', 'late', 'crowd'])
  })
})

describe('a test as it is built', () => {
  let folder: string
  let said: { readonly address: string; readonly stack: string; readonly name: string }
  let source: string
  before(async () => {
    mkdirSync(join(root, 'dist'), { recursive: true })
    folder = mkdtempSync(join(root, 'dist', 'planted-'))
    source = join(folder, 'planted.test.ts')
    writeFileSync(
      source,
      `interface Erased {
  readonly much: 'of it'
}
class Named {}
const erased: Erased | undefined = undefined
const { stack } = new Error(String(erased))
console.log(JSON.stringify({ address: import.meta.url, stack, name: Named.name }))
`,
    )
    const file = relative(root, source)
    const built = await buildTests([file], join(folder, 'built'))
    said = JSON.parse(
      execFileSync(process.execPath, ['--enable-source-maps', built.of(file)], {
        encoding: 'utf8',
      }),
    )
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('finds what lies beside its source', () =>
    assert.equal(said.address, pathToFileURL(source).href))
  it('tells of an error where it stands in the source', () =>
    assert.match(said.stack, /planted\.test\.ts:6:\d+/))
  it('keeps its names', () => assert.equal(said.name, 'Named'))
  it('has the programs beside it that tests start', () =>
    assert.deepEqual(commandOf('bff/main.ts', { [BUILT_TESTS]: join(folder, 'built') }), [
      '--enable-source-maps',
      join(folder, 'built', 'bff/main.mjs'),
    ]))
})

describe('the command for a program', () => {
  it('is its source where nothing is built', () =>
    assert.deepEqual(commandOf('bff/main.ts', {}), ['--import', 'tsx', 'bff/main.ts']))
  it('is its source where others are built', () =>
    assert.deepEqual(commandOf('tests/run.ts', { [BUILT_TESTS]: root }), [
      '--import',
      'tsx',
      'tests/run.ts',
    ]))
  it('is the file itself where that is plain JavaScript', () =>
    assert.deepEqual(commandOf('dist/bff/main.js', {}), ['dist/bff/main.js']))
})
