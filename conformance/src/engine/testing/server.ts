/**
 * Programs for containers of a bare Debian, which has perl: an HTTP server that answers every request, or that runs `then`
 * after each; and one that answers over UDP as a user agent does.
 */
const perl = (program: string): string => `perl -MIO::Socket::INET -e '$|=1; ${program}'`;

export const httpServer = (port: number, then = ''): string =>
  perl(
    `$s=IO::Socket::INET->new(LocalAddr=>"0.0.0.0:${port}",Listen=>5,ReuseAddr=>1) or die $!; print "up\\n"; ` +
      `while($c=$s->accept){ while(<$c>){last if /^\\r?$/} print $c "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"; close $c; ${then} }`,
  );

export const sipServer = (port: number): string =>
  perl(
    `$s=IO::Socket::INET->new(LocalAddr=>"0.0.0.0:${port}",Proto=>"udp") or die $!; ` +
      `while($s->recv($m,9000)){ $s->send("SIP/2.0 200 OK\\r\\n\\r\\n") }`,
  );

/** Asks a server and prints nothing. */
export const httpClient = (host: string, port: number): string =>
  perl(
    `$s=IO::Socket::INET->new(PeerAddr=>"${host}:${port}") or die $!; print $s "GET /${host} HTTP/1.0\\r\\n\\r\\n"; <$s>`,
  );
