import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'drizzle-orm'
import { describeError } from '../../bff/report.ts'
import { fileDatabase } from '../db/databases.ts'

describe('a query that failed with a secret among its parameters', () => {
  it('is described without it', async () => {
    const test = await fileDatabase()
    try {
      const thrown = await test.db.orm
        .all(sql`SELECT * FROM nowhere WHERE secret = ${'canary-5f1'}`)
        .catch((error: unknown) => error)
      assert.ok(!JSON.stringify(describeError(thrown)).includes('canary-5f1'))
    } finally {
      await test.end()
    }
  })
})

describe('a text that could not be parsed, with a secret in it', () => {
  it('is described without it', () => {
    let thrown: unknown
    try {
      JSON.parse('{"password": SECRET-IN-TEXT}')
    } catch (error) {
      thrown = new Error('outer', { cause: error })
    }
    assert.doesNotMatch(JSON.stringify(describeError(thrown)), /SECRET|RET-IN/)
  })
})

describe('an error with a code', () => {
  const error = Object.assign(new Error('gone', { cause: new Error('because') }), {
    code: 'E_GONE',
  })
  const described = describeError(error)

  it('keeps the code', () => {
    assert.equal(described.code, 'E_GONE')
  })
  it('keeps its cause', () => {
    assert.equal(described.cause?.message, 'because')
  })
  it('says where it was thrown', () => {
    assert.match(described.at?.[0] ?? '', /report\.test/)
  })
})

describe('something thrown that is no error', () => {
  it('is not repeated', () => {
    assert.deepEqual(describeError('canary'), {
      name: 'string',
      message: 'not an error was thrown',
    })
  })
})
