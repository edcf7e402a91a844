/** What the readers of each kind of file agree to call open. */
import type { Hit } from '../../app/core/finding.ts';

export function hit(code: string, line: number, values: Record<string, string>): Hit {
  return { code, startLine: line, endLine: line, values };
}

export function isWorld(address: string): boolean {
  return /^(0\.0\.0\.0\/0|::\/0|\*|any|internet)$/i.test(address.trim());
}

/** Shells, desktops, databases, caches, queues and orchestrators: nothing that a stranger should be able to knock at. */
const guarded: Record<number, string> = {
  20: 'FTP', 21: 'FTP', 22: 'SSH', 23: 'Telnet', 135: 'RPC', 139: 'NetBIOS', 445: 'SMB', 1433: 'SQL Server', 1521: 'Oracle', 2049: 'NFS', 2375: 'Docker', 2376: 'Docker', 2379: 'etcd', 2380: 'etcd',
  3306: 'MySQL', 3389: 'RDP', 5432: 'PostgreSQL', 5601: 'Kibana', 5672: 'AMQP', 5900: 'VNC', 5985: 'WinRM', 5986: 'WinRM', 6379: 'Redis', 6443: 'Kubernetes', 7001: 'Cassandra', 8086: 'InfluxDB',
  9042: 'Cassandra', 9092: 'Kafka', 9200: 'Elasticsearch', 9300: 'Elasticsearch', 10250: 'kubelet', 11211: 'Memcached', 15672: 'RabbitMQ', 27017: 'MongoDB',
};

/** The guarded ports within a range, in words; null where there is none. */
export function guardedPorts(from: number, to: number): string | null {
  if (!Number.isFinite(from) || !Number.isFinite(to) || to < from) return null;
  if (to - from >= 1024) return `ports ${from} to ${to}`;
  const found = Object.entries(guarded).filter(([port]) => Number(port) >= from && Number(port) <= to);
  return found.length > 0 ? found.map(([port, name]) => `port ${port} (${name})`).slice(0, 3).join(', ') : null;
}

/** `22`, `20-25`, `*`. */
export function guardedRange(text: string): string | null {
  if (text.trim() === '*') return 'all ports';
  const range = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(text);
  return range ? guardedPorts(Number(range[1]), Number(range[2] ?? range[1])) : null;
}
