// A process that writes to a local simulator until it is killed, or as often as it is told; says each write when done.
import { localSimulator } from '../../src/simulator/index.ts'

const [folder = '', times = 'Infinity'] = process.argv.slice(2)
const simulator = localSimulator({ folder })
for (let count = 1; count <= Number(times); count++) {
  simulator.change((cloud) => {
    const empty = { region: 'us-east-1', createdAt: 0, versioning: 'Off' as const, tags: {}, versions: [], uploads: [] }
    const { versions } = (cloud.buckets['b'] ??= { name: 'b', ...empty })
    const body = `${process.pid} ${count} `.repeat(400)
    versions.push({ key: `${process.pid}/${count}`, versionId: String(versions.length), at: 0, etag: '', body })
  })
  process.stdout.write(`${process.pid}/${count}\n`)
}
