import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { foldTemplates } from '../../vite.config.ts'
import { filesOf, served } from '../bench/bytes.ts'
import { type BuiltWidgets, buildWidgets } from '../build-widgets.ts'

describe('the built elements', () => {
  let built: BuiltWidgets
  let folder = ''
  before(async () => {
    built = await buildWidgets()
    folder = join(built.folder, '1')
  })
  after(() => built.remove())

  it('are measured, every one of them and a language', () => {
    const names = served(folder).map(({ name }) => name)
    for (const name of ['provision.js', 'actions.js', 'configuration.js', 'logs.js', 'ar'])
      assert.ok(names.includes(name), `${name} is not among ${names.join(', ')}`)
  })

  it('keep their budgets', () => {
    const over = served(folder)
      .filter(({ bytes, budget }) => bytes > budget)
      .map(({ name, bytes, budget }) => `${name}: ${bytes} bytes, ${budget} allowed`)
    assert.deepEqual(over, [])
  })

  it('bring a form only when somebody acts', () => {
    const files = [...filesOf(folder, 'provision.js')]
    assert.deepEqual(
      files.filter((name) => /^chunks\/(?:form|doing)-/.test(name)),
      [],
    )
  })

  it('put nothing into the head of the host’s page', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const meddling = files
      .filter((name) => name.endsWith('.js'))
      .filter((name) =>
        /modulepreload|document\.head/.test(readFileSync(join(folder, name), 'utf8')),
      )
    assert.deepEqual(meddling, [])
  })
})

/** `@{` stands for a template's hole, which a plain string may not show. */
const withHoles = (code: string) => code.replaceAll('@{', ['$', '{'].join(''))

describe('the white space of a template', () => {
  const folded: [what: string, code: string, expected: string][] = [
    ['is one space', 'html`<p>\n    @{x}\n  </p>`', 'html`<p> @{x} </p>`'],
    ['stays away where there is none', 'html`<p>@{x}</p>`', 'html`<p>@{x}</p>`'],
    ['is one space in styles', 'css`\n  p {\n    top: 0;\n  }`', 'css` p { top: 0; }`'],
    [
      'is one space in a template inside',
      'html`a  @{y.map((z) => html`b\n\n@{z}`)}  c`',
      'html`a @{y.map((z) => html`b @{z}`)} c`',
    ],
    ['stays in the code between', 'html`@{f("a  b")}  c`', 'html`@{f("a  b")} c`'],
    ['stays in other templates', 'const t = `a  b`; tag`a  b`', 'const t = `a  b`; tag`a  b`'],
    ['is found behind signs outside ASCII', '"…😀"; html`a  b`', '"…😀"; html`a b`'],
  ]
  for (const [what, code, expected] of folded)
    it(what, () => {
      assert.equal(foldTemplates('a.js', withHoles(code)), withHoles(expected))
    })
})
