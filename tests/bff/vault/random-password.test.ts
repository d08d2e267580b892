import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomPassword } from '../../../bff/vault/random-password.ts'

describe('a password nobody sees', () => {
  const many = Array.from({ length: 200 }, () => randomPassword())

  it('holds every class of character', () => {
    for (const password of many)
      for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]) assert.match(password, kind)
  })

  it('is 32 characters long unless told', () => {
    assert.deepEqual([randomPassword().length, randomPassword(16).length], [32, 16])
  })

  it('is never made twice', () => {
    assert.equal(new Set(many).size, many.length)
  })

  it('is refused when it would be short', () => {
    assert.throws(() => randomPassword(15), RangeError)
  })
})
