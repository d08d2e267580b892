// `npm run pages`: brings the page on conformance up to date with the tables it is made from.
import { writeFileSync } from 'node:fs'
import { PAGE, page } from './page.ts'

writeFileSync(PAGE, page())
