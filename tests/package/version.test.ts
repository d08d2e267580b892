import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { VERSION } from '../../widgets/session/version.ts'
import { root } from '../house/tree.ts'

describe('the version of the scripts', () => {
  it('is that of the project', () => {
    const { version } = z
      .looseObject({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
    assert.equal(VERSION, version)
  })
})
