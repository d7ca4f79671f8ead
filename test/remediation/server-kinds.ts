import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place, ServerKind } from './real-server.js';

/** How each server of Debian is configured to serve a folder, as the first lines of its rule file say. */

/** Arguments of an nginx that serves at `openPort`, and with `ruled` also where the rules apply. */
function nginx({ folder, root }: Place, openPort: number, ruled = ''): ['nginx', ...string[]] {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  const served = `root ${root};`;
  const config = `daemon off; master_process off; pid ${folder}/pid;
events {}
http {
  access_log off; ${temporary}
  ${ruled.replace('SERVED', served)}
  server { listen 127.0.0.1:${openPort}; ${served} }
}`;
  writeFileSync(join(folder, 'nginx.conf'), config);
  return ['nginx', '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
}

function apacheConfig({ folder, root, port, openPort }: Place, host: string): string {
  const modules = ['mpm_event', 'authz_core', 'rewrite', 'http2']
    .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
    .join('\n');
  return `ServerName localhost
${modules}
PidFile ${folder}/apache.pid
ErrorLog ${folder}/error.log
DefaultRuntimeDir ${folder}
StartServers 1
Protocols h2c http/1.1
User nobody
Group nogroup
Listen 127.0.0.1:${port}
Listen 127.0.0.1:${openPort}
AllowEncodedSlashes On
DocumentRoot ${root}
<Directory ${root}>
  Require all granted
  AllowOverride None
</Directory>
<VirtualHost 127.0.0.1:${port}>
  ${host}
</VirtualHost>
<VirtualHost 127.0.0.1:${openPort}>
  DocumentRoot ${root}
</VirtualHost>
`;
}

function apache(place: Place, config: string): readonly ['apache2', ...string[]][] {
  const path = join(place.folder, 'apache.conf');
  writeFileSync(path, config);
  return [['apache2', '-D', 'FOREGROUND', '-f', path]];
}

export const serverKinds: Readonly<Record<string, ServerKind>> = {
  nginx: {
    needs: ['nginx'],
    format: 'nginx',
    // It takes either HTTP/2 or HTTP/1.1 on a port without TLS.
    http2: false,
    start: (place) => [
      nginx(
        place,
        place.openPort,
        `include ${place.rules};
  server { listen 127.0.0.1:${place.port}; if ($hashsieve_blocked) { return 451; } SERVED }`,
      ),
    ],
  },
  apache: {
    needs: ['apache2'],
    format: 'apache',
    start: (place) =>
      apache(place, apacheConfig(place, `DocumentRoot ${place.root}\nInclude ${place.rules}`)),
  },
  'apache with .htaccess': {
    needs: ['apache2'],
    format: 'htaccess',
    start(place) {
      writeFileSync(join(place.root, 'up/.htaccess'), readFileSync(place.rules));
      const host = `DocumentRoot ${place.root}\n<Directory ${place.root}>\nAllowOverride FileInfo\n</Directory>`;
      return apache(place, apacheConfig(place, host));
    },
  },
  haproxy: {
    needs: ['haproxy', 'nginx'],
    format: 'haproxy-map',
    queries: false,
    start(place) {
      const { folder, rules, port, openPort } = place;
      const lines = readFileSync(rules, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('#   '))
        .map((line) => line.slice(1).replace('/etc/haproxy/hashsieve-blocked.map', rules));
      const config = `defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend site
  bind 127.0.0.1:${port}
${lines.join('\n')}
  default_backend origin
backend origin
  server origin 127.0.0.1:${openPort}
`;
      writeFileSync(join(folder, 'haproxy.cfg'), config);
      return [nginx(place, openPort), ['haproxy', '-f', join(folder, 'haproxy.cfg')]];
    },
  },
  lighttpd: {
    needs: ['lighttpd'],
    format: 'lighttpd',
    status: 403,
    start({ folder, root, rules, port, openPort }) {
      const config = `server.document-root = "${root}"
server.port = ${openPort}
server.bind = "127.0.0.1"
server.modules = ("mod_access")
$SERVER["socket"] == "127.0.0.1:${port}" {
  include "${rules}"
}
`;
      writeFileSync(join(folder, 'lighttpd.conf'), config);
      return [['lighttpd', '-D', '-f', join(folder, 'lighttpd.conf')]];
    },
  },
  caddy: {
    needs: ['caddy'],
    format: 'caddy',
    start({ folder, root, rules, port, openPort }) {
      const config = `{
  admin off
  auto_https off
  servers {
    protocols h1 h2c
  }
}
http://:${port} {
  bind 127.0.0.1
  import ${rules}
  root * ${root}
  file_server
}
http://:${openPort} {
  bind 127.0.0.1
  root * ${root}
  file_server
}
`;
      writeFileSync(join(folder, 'Caddyfile'), config);
      return [['caddy', 'run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]];
    },
  },
  varnish: {
    needs: ['varnishd', 'nginx'],
    format: 'varnish',
    start(place) {
      const { folder, rules, port, openPort } = place;
      const vcl = `vcl 4.0;
include "${rules}";
backend default { .host = "127.0.0.1"; .port = "${openPort}"; }
sub vcl_recv { call hashsieve_blocked; return (pass); }
`;
      writeFileSync(join(folder, 'site.vcl'), vcl);
      return [
        nginx(place, openPort),
        [
          'varnishd',
          ...['-F', '-a', `127.0.0.1:${port}`, '-f', join(folder, 'site.vcl')],
          ...['-n', join(folder, 'varnish'), '-s', 'malloc,8m', '-p', 'feature=+http2'],
          ...(process.geteuid?.() === 0 ? ['-j', 'none'] : []),
        ],
      ];
    },
  },
};
