import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { root } from '../house/tree.ts'
import { type Packed, packed, run } from './packed.ts'

let pack: Packed
before(() => {
  pack = packed()
})
after(() => pack.remove())

const ENTRIES = [
  'provision-widgets',
  ...['actions', 'configuration', 'fields', 'logs', 'provision', 'session', 'usage'].map(
    (name) => `provision-widgets/define/${name}.js`,
  ),
  'provision-widgets/react',
  'provision-widgets/svelte',
  'provision-widgets/vue',
]

describe('the package', () => {
  it('is right in the eyes of publint', () => {
    const program = join(root, 'node_modules/publint/src/cli.js')
    const { status, said } = run(process.execPath, [program, pack.installed, '--strict'], root)
    assert.equal(status, 0, said)
  })
  it('gives every resolver the types of what it gives, as attw sees it', () => {
    const program = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const args = [program, pack.tarball, '--profile', 'esm-only', '--no-color', '--no-emoji']
    const { status, said } = run(process.execPath, args, pack.project)
    assert.equal(status, 0, said)
  })
  for (const entry of ENTRIES)
    it(`is imported on a server without a word: ${entry}`, () => {
      const source = `await import('${entry}')`
      const args = ['--input-type=module', '--eval', source]
      assert.deepEqual(run(process.execPath, args, pack.project), { status: 0, said: '' })
    })
  it('keeps its inside to itself', () => {
    const source = "await import('provision-widgets/widgets/session/session.js')"
    const { said } = run(process.execPath, ['--input-type=module', '--eval', source], pack.project)
    assert.match(said, /ERR_PACKAGE_PATH_NOT_EXPORTED/)
  })
})

describe('a page of React 19', () => {
  const compiled = (name: string, page: string) => {
    writeFileSync(
      join(pack.project, name),
      `import type {} from 'provision-widgets/react'\nexport const page = ${page}\n`,
    )
    const options =
      '--noEmit --strict --exactOptionalPropertyTypes --jsx react-jsx --module esnext --moduleResolution bundler --target es2022 --lib es2023,dom,dom.iterable --types react'
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    return run(process.execPath, [tsc, ...options.split(' '), name], pack.project)
  }
  it('compiles with what elements take', () =>
    assert.deepEqual(
      compiled(
        'right.tsx',
        `<provision-session bff="https://panel.example.com" token-url="/t">
  <provision-actions service="1042" layout="menu" heading-level={2} className="x"
    getToken={async ({ service }) => String(service)}
    onprovision-error={(event) => console.log(event.code, event.requestId)}
    onprovision-operation={(event) => console.log(event.operation.state)} />
  <provision-logs service="1042" page-size="20" level="error" />
</provision-session>`,
      ),
      { status: 0, said: '' },
    ))
  const wrong: [what: string, page: string][] = [
    ['a layout there is none of', '<provision-actions layout="grid" />'],
    ['a number that is none', '<provision-actions heading-level="two" />'],
    ['what an event has not', '<provision-logs onprovision-error={(event) => event.detail} />'],
    ['a way to a token that is none', '<provision-logs getToken="x" />'],
    ['an element there is none of', '<provision-nothing />'],
  ]
  for (const [what, page] of wrong)
    it(`does not compile with ${what}`, () =>
      assert.match(compiled('wrong.tsx', page).said, /wrong\.tsx.*error TS/))
})
