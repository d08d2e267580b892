import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isOpenable } from '../../widgets/actions/login-address.ts'
import { OPENED, OPENED_BY_NOBODY } from '../corpora/login-addresses.ts'

describe('an address the page is told to open', () => {
  for (const url of OPENED_BY_NOBODY)
    it(`${JSON.stringify(url.slice(0, 100))} is not opened`, () =>
      assert.equal(isOpenable(url), false))
  // As the BFF writes them.
  for (const url of OPENED.map((address) => new URL(address).href))
    it(`${url} is opened`, () => assert.equal(isOpenable(url), true))
})
