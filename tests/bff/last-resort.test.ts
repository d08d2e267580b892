import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { type Ended, run } from './cli/processes.ts'

const PROCESS = 'tests/bff/last-resort-process.ts'

describe('a promise that is rejected while nobody waits for it', () => {
  let ended: Ended
  before(async () => {
    ended = await run(PROCESS, ['rejection'])
  })

  it('is reported', () => assert.match(ended.out, /a rejection nobody handled/))
  it('leaves the process at work', () => assert.match(ended.out, /goes on/))
  it('ends it no other way than it would have ended', () => assert.equal(ended.code, 0))
  it('tells nothing of what was in the failed query', () =>
    assert.doesNotMatch(ended.out + ended.err, /SECRET-IN-PARAMETERS/))
})

describe('an exception nobody catches', () => {
  let ended: Ended
  before(async () => {
    ended = await run(PROCESS, ['exception'])
  })

  it('is reported', () => assert.match(ended.out, /an exception nobody caught/))
  it('ends the process in good order, once', () =>
    assert.equal(ended.out.split('"ends"').length - 1, 1))
  it('is told by its exit', () => assert.equal(ended.code, 1))
  it('has one more while it ends reported too', () => assert.match(ended.out, /one more/))
  it('tells nothing of what was in the failed query', () =>
    assert.doesNotMatch(ended.out + ended.err, /SECRET-IN-PARAMETERS/))
  it('prints nothing beside the log', () => assert.equal(ended.err, ''))
})
