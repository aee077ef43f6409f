// Fails when the first load of an entry is too heavy: every script its html names (before the first page's own chunk), gzip.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const KIB = 1024
const BUDGETS = { admin: 250 } // KiB of script per entry

let failed = false
for (const [entry, limit] of Object.entries(BUDGETS)) {
  const html = readFileSync(`dist/${entry}/index.html`, 'utf8')
  const scripts = [...new Set([...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1]))]
  const sizes = scripts.map((file) => [file, gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length / KIB])
  for (const [file, size] of sizes) console.log(`  ${file.padEnd(48)} ${size.toFixed(1).padStart(7)} KiB`)
  const total = sizes.reduce((sum, [, size]) => sum + size, 0)
  failed ||= scripts.length === 0 || total > limit
  console.log(`${entry}: ${total.toFixed(1)} KiB gzip of script in ${scripts.length} files (budget ${limit})`)
}
process.exit(failed ? 1 : 0)
