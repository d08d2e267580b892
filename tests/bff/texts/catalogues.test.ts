import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { PROBLEMS } from '../../../bff/contract/problem.ts'
import { FIELD_SOURCES, TEST_CAUSES } from '../../../bff/contract/resources.ts'
import { SERVICE_STATES } from '../../../bff/contract/service.ts'
import { KNOWN_FIELDS } from '../../../bff/fields/catalogue.ts'
import { ar } from '../../../bff/texts/ar.ts'
import { type Code, en } from '../../../bff/texts/en.ts'
import { type Entry, placeholdersOf, sentencesOf } from '../../../bff/texts/entry.ts'
import { FORMATS } from '../../../bff/texts/format.ts'

// The keys of `en` are its codes: `Code` is defined so.
const codes = Object.keys(en) as Code[]
const written = (sentence: string) =>
  placeholdersOf(sentence)
    .map(({ name, format }) => `${name}:${format ?? ''}`)
    .sort()
const fullest = (entry: Entry) => (typeof entry === 'string' ? entry : entry.other)

describe('the two catalogues', () => {
  it('have the same codes', () => {
    assert.deepEqual(Object.keys(ar).sort(), Object.keys(en).sort())
  })

  it('have the same placeholders, formatted alike', () => {
    const differing = codes.filter(
      (code) => written(fullest(en[code])).join() !== written(fullest(ar[code])).join(),
    )
    assert.deepEqual(differing, [])
  })

  it('use only formats there are', () => {
    const used = [en, ar]
      .flatMap((catalogue) => Object.values<Entry>(catalogue))
      .flatMap(sentencesOf)
      .flatMap(placeholdersOf)
      .map(({ format }) => format)
      .filter((format) => format !== undefined)
    assert.deepEqual(
      used.filter((format) => !FORMATS.some((known) => known === format)),
      [],
    )
  })

  it('leave no brace that is no placeholder', () => {
    const odd = [en, ar]
      .flatMap((catalogue) => Object.values<Entry>(catalogue))
      .flatMap(sentencesOf)
      .filter((sentence) => /[{}]/.test(sentence.replaceAll(/\{[a-z_]+(?::[a-z]+)?\}/g, '')))
    assert.deepEqual(odd, [])
  })

  it('have an Arabic form for every category Arabic numbers fall into', () => {
    const plurals = Object.values<Entry>(ar).filter((entry) => typeof entry !== 'string')
    const lacking = plurals.filter(({ one, two, few, many }) =>
      [one, two, few, many].includes(undefined),
    )
    assert.deepEqual([plurals.length > 0, lacking], [true, []])
  })

  it('write Arabic in Arabic', () => {
    // Words that are names in every language are all Arabic readers get there.
    const foreign = codes.filter((code) => !/\p{Script=Arabic}/u.test(fullest(ar[code])))
    assert.deepEqual(foreign, [])
  })

  it('have a general text beside every calm one', () => {
    const lonely = codes.filter(
      (code) => code.endsWith('@client') && !Object.hasOwn(en, code.slice(0, -'@client'.length)),
    )
    assert.deepEqual(lonely, [])
  })
})

describe('what the contract can name', () => {
  for (const [what, wanted] of [
    ['problem', Object.keys(PROBLEMS).map((code) => `problem.${code}`)],
    ['state of a service', SERVICE_STATES.map((state) => `state.${state}`)],
    ['cause of a connection test', TEST_CAUSES.map((cause) => `test.${cause}`)],
    ['source of a field', FIELD_SOURCES.map((source) => `field_source.${source}`)],
    ['field', KNOWN_FIELDS.map(({ name }) => `field.${name}`)],
    ['group of fields', KNOWN_FIELDS.map(({ group }) => `field_group.${group}`)],
  ] as const)
    it(`has words for every ${what}`, () => {
      assert.deepEqual(
        wanted.filter((code) => !Object.hasOwn(en, code)),
        [],
      )
    })
})

describe('what the source says', () => {
  const families = new Set(codes.map((code) => code.slice(0, code.indexOf('.'))))
  const said = readdirSync('bff', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('texts') && !path.startsWith('demo'))
    .flatMap((path) => [
      ...readFileSync(`bff/${path}`, 'utf8').matchAll(/'([a-z_]+)\.([a-z_-]+(?:\.[a-z_-]+)*)'/g),
    ])
    .filter(([, family = '', rest = '']) => families.has(family) && !/^(ts|js|json)$/.test(rest))
    .map(([, family, rest]) => `${family}.${rest}`)

  it('is found', () => assert.ok(said.includes('waiting.checking')))

  it('has words in the catalogues', () => {
    assert.deepEqual(
      [...new Set(said)].filter((code) => !Object.hasOwn(en, code)),
      [],
    )
  })
})
