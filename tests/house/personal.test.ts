import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { is } from 'drizzle-orm'
import { integer, SQLiteTable, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import * as schema from '../../db/schema.ts'
import { personalColumns, textColumns } from './personal.ts'

const readme = readFileSync(new URL('../../bff/log/README.md', import.meta.url), 'utf8')
const told = personalColumns(readme)
const tables = Object.values(schema).filter((value) => is(value, SQLiteTable))

describe('the table of what becomes of a person’s details', () => {
  it('has every column of the schema that can hold text, and no other', () =>
    assert.deepEqual(told.map(({ column }) => column).sort(), tables.flatMap(textColumns).sort()))
  it('has none of them twice', () =>
    assert.equal(new Set(told.map(({ column }) => column)).size, told.length))
  it('says of each whether it is erased or kept', () =>
    assert.deepEqual(
      told.filter(({ fate }) => fate !== 'erased' && fate !== 'kept'),
      [],
    ))
  it('says why', () =>
    assert.deepEqual(
      told.filter(({ why }) => why.length < 3),
      [],
    ))
})

describe('a column that holds text', () => {
  const table = sqliteTable('thing', {
    id: integer('id').primaryKey(),
    done: integer('done', { mode: 'boolean' }),
    name: text('name'),
    more: text('more', { mode: 'json' }),
  })

  it('is found whatever its mode', () =>
    assert.deepEqual(textColumns(table), ['thing.name', 'thing.more']))
})
