// `npm run pages`: brings the elements' manifest and reference pages up to date with their doc comments. What pages
// out there rely on is taken from them only on purpose: `npm run pages -- --breaking`.
import { existsSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { committedManifest, freshManifest, MANIFEST, pagesOf } from './pages.ts'
import { changeOf } from './public-interface.ts'

const fresh = freshManifest()
const { removed } = existsSync(MANIFEST) ? changeOf(committedManifest(), fresh) : { removed: [] }
if (removed.length > 0 && !process.argv.includes('--breaking')) {
  process.stderr.write(
    `Pages that rely on this would break:\n${removed.map((promise) => `  ${promise}\n`).join('')}If that is meant: npm run pages -- --breaking\n`,
  )
  process.exitCode = 1
} else for (const [path, content] of pagesOf(fresh)) writeFileSync(path, content)
