import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SEALED_COLUMNS } from '../../db/sealed.ts'
import { sources } from './tree.ts'

/** Columns of a schema whose comment says that they are sealed, as `table.column`. */
function marked(schema: string): string[] {
  const found: string[] = []
  let table = ''
  let comment = ''
  for (const line of schema.split('\n')) {
    table =
      /sqliteTable\(\s*'([a-z_]+)'/.exec(line)?.[1] ?? /^ {2}'([a-z_]+)',$/.exec(line)?.[1] ?? table
    const column = /^ {4}([a-z_]+): (?:text|integer|blob)\(/.exec(line)?.[1]
    if (/^\s*\/\*\*/.test(line)) comment = ''
    if (/^\s*(\/\*\*|\*)/.test(line)) comment += line
    if (column === undefined) continue
    if (/\bSealed\b|bff\/vault/.test(comment)) found.push(`${table}.${column}`)
    comment = ''
  }
  return found.sort()
}

/** Places that code seals and opens values at, as `table.column`. */
function places(source: string): string[] {
  return [
    ...source.matchAll(/\{[^{}]*\btable: '([a-z_]+)'[^{}]*\bcolumn: '([a-z_]+)'[^{}]*\}/g),
  ].map(([, table, column]) => `${table}.${column}`)
}

const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort()

describe('the list of sealed columns', () => {
  it('holds every column the schema calls sealed, and no other', () => {
    const schema = sources(['db'], /^db\/schema(-\w+)?\.ts$/)
    assert.deepEqual([...schema.values()].flatMap(marked).sort(), known)
  })
  it('holds every place at which the BFF seals something, and no other', () => {
    const files = sources(['bff'], /\.ts$/)
    const used = [...files].flatMap(([, source]) => places(source))
    assert.deepEqual([...new Set(used)].sort(), known)
  })
  it('is what seals: a place is written down nowhere else than where it is looked for', () => {
    const files = sources(['bff'], /\.ts$/)
    const sealing = [...files]
      .filter(([path]) => !path.startsWith('bff/vault/'))
      .filter(([, source]) => /\.seal\(\s*\{|\b(?:vault|engine|deps)\.open\(\s*\{/.test(source))
      .map(([path]) => path)
    assert.deepEqual(sealing, [])
  })
})

describe('a sealed column that is forgotten', () => {
  it('is found in a schema', () => {
    const schema = `export const x = sqliteTable(
  'hook',
  {
    id: text('id').primaryKey(),
    /** Sealed (bff/vault). */
    secret: text('secret').notNull(),
    /** When it was sealed, in clear. */
    sealed_at: integer('sealed_at'),
  },
)
export const y = sqliteTable('thing', {
    /**
     * The key,
     * opened by bff/vault alone.
     */
    key: text('key'),
})`
    assert.deepEqual(marked(schema), ['hook.secret', 'thing.key'])
  })
  it('is found in code', () => {
    assert.deepEqual(
      places(`return {\n  tenant,\n  table: 'hook',\n  row: id,\n  column: 'secret',\n}`),
      ['hook.secret'],
    )
  })
})
