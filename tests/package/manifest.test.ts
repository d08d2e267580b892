import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { before, describe, it } from 'node:test'
import { z } from 'zod'
import {
  elementSources,
  elementsOf,
  manifestOf,
  type PublicElement,
} from '../../widgets/npm/manifest.ts'
import type { Manifest } from '../../widgets/npm/manifest-schema.ts'
import {
  committedManifest,
  freshManifest,
  MANIFEST,
  pagesOf,
  root,
} from '../../widgets/npm/pages.ts'
import { changeOf, publicInterface } from '../../widgets/npm/public-interface.ts'
import { drawnBy } from './drawn.ts'

const require = createRequire(import.meta.url)

/** What is used here of the JSON-Schema validator. */
type Validators = new (options: {
  strict: boolean
}) => { compile(schema: unknown): ((value: unknown) => boolean) & { errors: unknown } }

let fresh: Manifest
before(() => {
  fresh = freshManifest()
})

/** The elements with a look of their own, beside the module that has their class. */
const DRAWN: Readonly<Record<string, string>> = {
  'provision-actions': 'widgets/actions/provision-actions.ts',
  'provision-configuration': 'widgets/configuration/provision-configuration.ts',
  'provision-fields': 'widgets/fields/provision-fields.ts',
  'provision-logs': 'widgets/logs/provision-logs.ts',
  'provision-usage': 'widgets/usage/provision-usage.ts',
}

// In so many words: what a test is built of is found by reading it.
const MODULES: Readonly<Record<string, () => Promise<Readonly<Record<string, unknown>>>>> = {
  'provision-actions': () => import('../../widgets/actions/provision-actions.ts'),
  'provision-configuration': () => import('../../widgets/configuration/provision-configuration.ts'),
  'provision-fields': () => import('../../widgets/fields/provision-fields.ts'),
  'provision-logs': () => import('../../widgets/logs/provision-logs.ts'),
  'provision-usage': () => import('../../widgets/usage/provision-usage.ts'),
}

function element(tag: string): PublicElement {
  const found = elementsOf(fresh).find(({ tagName }) => tagName === tag)
  assert.ok(found, `${tag} is not in the manifest`)
  return found
}
const namesOf = (list: readonly { name: string }[] | undefined) =>
  (list ?? []).map(({ name }) => name).sort()

describe('the manifest', () => {
  it('is what the schema of manifests asks for', () => {
    const schema: unknown = JSON.parse(
      readFileSync(require.resolve('custom-elements-manifest/schema.json'), 'utf8'),
    )
    const { Ajv }: { Ajv: Validators } = require('ajv')
    const validate = new Ajv({ strict: false }).compile(schema)
    validate(JSON.parse(readFileSync(MANIFEST, 'utf8')))
    assert.deepEqual(validate.errors, null)
  })
  it('names every element', () =>
    assert.deepEqual(
      elementsOf(fresh).map(({ tagName }) => tagName),
      [...Object.keys(DRAWN), 'provision-session'].sort(),
    ))
  it('takes nothing from pages that was promised to them', () =>
    assert.deepEqual(
      changeOf(committedManifest(), fresh).removed,
      [],
      'pages out there would break; if that is meant: npm run pages -- --breaking',
    ))
  it('has what is new; `npm run pages` writes it', () =>
    assert.deepEqual(changeOf(committedManifest(), fresh).added, []))
  it('describes everything', () => {
    const silent = elementsOf(fresh).flatMap((each) =>
      [
        each,
        ...(each.attributes ?? []),
        ...(each.members ?? []),
        ...(each.events ?? []),
        ...(each.slots ?? []),
        ...(each.cssParts ?? []),
        ...(each.cssProperties ?? []),
        ...(each.cssStates ?? []),
      ]
        .filter(({ description }) => !description)
        .map(({ name }) => `${each.tagName} ${name}`),
    )
    assert.deepEqual(silent, [])
  })
})

describe('the manifest and the reference pages', () => {
  for (const path of pagesOf(committedManifest()).keys())
    it(`${path.slice(root.length + 1)} says what the sources say; \`npm run pages\` writes it`, () =>
      assert.equal(readFileSync(path, 'utf8'), pagesOf(fresh).get(path)))
})

describe('what the manifest promises of', () => {
  for (const [tag, path] of Object.entries(DRAWN)) {
    const drawn = drawnBy(path)
    it(`<${tag}>: its parts are those it draws`, () =>
      assert.deepEqual(namesOf(element(tag).cssParts), drawn.parts))
    it(`<${tag}>: its custom properties are those it reads`, () =>
      assert.deepEqual(namesOf(element(tag).cssProperties), drawn.customProperties))
    it(`<${tag}>: its events are those it sends`, () =>
      assert.deepEqual(
        (element(tag).events ?? []).map(({ type }) => type?.text).sort(),
        drawn.events,
      ))
    it(`<${tag}>: its slots are those it has`, () =>
      assert.deepEqual(namesOf(element(tag).slots), drawn.slots))
    it(`<${tag}>: its attributes are those it observes`, async () => {
      const module = await MODULES[tag]?.()
      const { observedAttributes } = z
        .custom<{ observedAttributes: string[] }>()
        .parse(module?.[element(tag).name])
      assert.deepEqual(namesOf(element(tag).attributes), [...observedAttributes].sort())
    })
  }
  it('all of them: together they have the states that elements can be in', () => {
    const source = readFileSync(`${root}/widgets/parts/events.ts`, 'utf8')
    const union = /export type ElementState =((?:\s+\| '[a-z]+')+)/.exec(source)?.[1] ?? ''
    const states = new Set(elementsOf(fresh).flatMap(({ cssStates }) => namesOf(cssStates)))
    assert.deepEqual(
      [...states].sort(),
      [...union.matchAll(/'([a-z]+)'/g)].map(([, name]) => name).sort(),
    )
  })
})

/** The manifest after the sources were changed at one place. */
function changed(path: string, old: string, now: string): Manifest {
  const sources = new Map(elementSources(root))
  const source = sources.get(path) ?? ''
  assert.ok(source.includes(old), `${path} does not say ${old}`)
  return manifestOf(sources.set(path, source.replace(old, now)))
}

describe('a page would break, and it is seen', () => {
  const base = 'widgets/parts/base-element.ts'
  const actions = 'widgets/actions/provision-actions.ts'
  const planted: [what: string, path: string, old: string, now: string, lost: RegExp][] = [
    [
      'an attribute is renamed',
      base,
      "attribute: 'token-url'",
      "attribute: 'token-address'",
      /attribute token-url/,
    ],
    [
      'a property is renamed',
      'widgets/logs/provision-logs.ts',
      'declare pageSize',
      'declare sizeOfPage',
      /property pageSize/,
    ],
    [
      'a property takes less',
      actions,
      "'panel' | 'buttons' | 'menu' | null",
      "'panel' | 'menu' | null",
      /property layout/,
    ],
    ['a method is gone', base, 'async refresh()', 'protected async refresh()', /method refresh/],
    [
      'an event is renamed',
      actions,
      '} provision-operation -',
      '} provision-run -',
      /event provision-operation/,
    ],
    [
      'a part is gone',
      'widgets/usage/provision-usage.ts',
      '@csspart meter',
      '@note meter',
      /part meter/,
    ],
    ['a slot is renamed', base, '@slot footer', '@slot bottom', /slot footer/],
    [
      'a custom property is gone',
      base,
      '@cssprop --provision-radius',
      '@note radius',
      /custom property --provision-radius/,
    ],
    ['a state is renamed', base, '@cssstate offline', '@cssstate away', /state offline/],
    [
      'an element is gone',
      'widgets/define/usage.ts',
      "define('provision-usage'",
      "define('provision-use'",
      /<provision-usage> element/,
    ],
  ]
  for (const [what, path, old, now, lost] of planted)
    it(what, () => {
      const { removed } = changeOf(fresh, changed(path, old, now))
      assert.match(removed.join('\n'), lost)
    })
  it('what is only added breaks nothing', () => {
    const { removed, added } = changeOf(
      fresh,
      changed(base, ' * @csspart base', ' * @csspart top - new\n * @csspart base'),
    )
    assert.deepEqual({ removed, added: added.length }, { removed: [], added: 5 })
  })
  it('other words break nothing', () => {
    const after = changed(base, 'around everything', 'what is around')
    assert.deepEqual(publicInterface(after), publicInterface(fresh))
  })
})
