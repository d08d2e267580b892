import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { PAGE, page } from './page.ts'

describe('the page on operations', () => {
  it('says what the machine, the promises and the verdicts say; `npm run pages` writes it', () =>
    assert.equal(readFileSync(PAGE, 'utf8'), page()))
})
