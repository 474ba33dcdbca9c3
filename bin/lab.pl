# Runs a laboratory of network namespaces where python3 is not there: the same as bin/lab.py, by perl and by modules
# that every perl has. What is read and written is described in docs/laboratory.md.

use strict;
use warnings;

# So much of perl is there that the laboratory can be tried with something else.
use constant CANNOT_RUN_HERE => 97;

BEGIN {
    eval { require Socket; require POSIX; require Config; 1 }
        or do { print STDERR $@; exit CANNOT_RUN_HERE };
    Socket->import(qw(AF_INET AF_INET6 SOCK_RAW SOCK_DGRAM SOL_SOCKET SO_RCVBUF MSG_DONTWAIT
        inet_pton inet_ntop pack_sockaddr_in pack_sockaddr_in6));
    }

# Numbers of system calls, which perl calls by number: setns and recvmsg.
# https://github.com/torvalds/linux/blob/master/arch/x86/entry/syscalls/syscall_64.tbl
# https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/unistd.h
my %CALLS = (x86_64 => [308, 47], aarch64 => [268, 212]);
my $machine = (POSIX::uname())[4];
my $known = $CALLS{$machine};
if (!$known || $Config::Config{ptrsize} != 8) {
    print STDERR "perl knows no system calls of $machine here\n";
    exit CANNOT_RUN_HERE;
}
my ($SETNS, $RECVMSG) = @$known;

use constant {
    CLONE_NEWNET           => 0x40000000,
    AF_PACKET              => 17,
    ETH_P_ALL              => 3,
    PACKET_IGNORE_OUTGOING => 23,
    SOL_PACKET             => 263,
    SOL_IPV6               => 41,
    SO_TIMESTAMPNS         => 35,
    SO_RCVBUFFORCE         => 33,
    SO_MARK                => 36,
    IPV6_RECVPKTINFO       => 49,
    IPV6_PKTINFO           => 50,
    IPV6_HDRINCL           => 36,
    SIOCGSTAMPNS           => 0x8907,
    SIOCGIFNAME            => 0x8910,
    # How many probes are sent before what they caused is read: more would overflow the sockets' buffers.
    BATCH => 24,
    # How long nothing must come before nothing is expected any more.
    QUIET_S => 0.008,
    TOGETHER => 4,
    DATA_MAX => 2048,
};
my %PROTOCOLS = (TCP => 6, UDP => 17, SCTP => 132);
my $MAGIC = 'nqP';
my $MAGIC_REPLY = 'nqR';
my $RUN = '/run/netns';

# Temporary files of programs stay in the laboratory.
$ENV{TMPDIR} = '/run';
$SIG{PIPE} = 'IGNORE';
binmode STDIN;
binmode STDOUT;
$| = 1;

open(my $home, '<', '/proc/self/ns/net') or die "its own namespace: $!\n";
my %namespaces;
my %readers;
my $watched = '';

sub enter {
    my ($handle) = @_;
    syscall($SETNS, fileno($handle) + 0, CLONE_NEWNET + 0) == 0 or die "setns: $!\n";
    return;
}

sub namespace_handle {
    my ($name) = @_;
    open(my $handle, '<', "$RUN/$name") or die "namespace $name: $!\n";
    return $handle;
}

# ---------------------------------------------------------------- JSON

my %ESCAPES = (b => "\b", f => "\f", n => "\n", r => "\r", t => "\t");

# The value of a JSON text: hashes, arrays and strings; numbers are strings, which perl takes for numbers.
sub decode {
    my ($text) = @_;
    pos($text) = 0;
    return value_in(\$text);
}

sub value_in {
    my ($text) = @_;
    $$text =~ /\G\s+/gc;
    if ($$text =~ /\G\{/gc) {
        my %object;
        until ($$text =~ /\G[\s,]*\}/gc) {
            $$text =~ /\G[\s,]+/gc;
            my $key = value_in($text);
            $$text =~ /\G\s*:/gc or die "a colon was expected\n";
            $object{$key} = value_in($text);
        }
        return \%object;
    }
    if ($$text =~ /\G\[/gc) {
        my @items;
        until ($$text =~ /\G[\s,]*\]/gc) {
            $$text =~ /\G[\s,]+/gc;
            push @items, value_in($text);
        }
        return \@items;
    }
    if ($$text =~ /\G"((?:[^"\\]|\\.)*)"/gcs) {
        my $string = $1;
        $string =~ s/\\(?:u([0-9a-fA-F]{4})|(.))/unescaped($1, $2)/gse if $string =~ /\\/;
        return $string;
    }
    return $1 if $$text =~ /\G(-?\d[\d.eE+-]*)/gc;
    return 1 if $$text =~ /\Gtrue/gc;
    return 0 if $$text =~ /\Gfalse/gc;
    return undef if $$text =~ /\Gnull/gc;
    die "no JSON\n";
}

sub unescaped {
    my ($code, $letter) = @_;
    return $ESCAPES{$letter} // $letter if defined $letter;
    my $character = chr hex $code;
    utf8::encode($character);
    return $character;
}

# JSON for hashes, arrays, strings, and numbers, which are given by reference.
sub encode {
    my ($value) = @_;
    my $kind = ref $value;
    return '{' . join(',', map { encode($_) . ':' . encode($value->{$_}) } sort keys %$value) . '}'
        if $kind eq 'HASH';
    return '[' . join(',', map { encode($_) } @$value) . ']' if $kind eq 'ARRAY';
    return $$value if $kind eq 'SCALAR';
    (my $text = $value) =~ s/([\x00-\x1f"\\])/sprintf '\\u%04x', ord $1/ge;
    return "\"$text\"";
}

sub number { my $value = $_[0] + 0; return \$value }

# ---------------------------------------------------------------- packets

sub checksum {
    my ($data) = @_;
    $data .= "\0" if length($data) % 2;
    my $total = unpack '%32n*', $data;
    $total = ($total & 0xFFFF) + ($total >> 16) while $total >> 16;
    return ~$total & 0xFFFF;
}

my @CRC = map {
    my $value = $_;
    $value = ($value >> 1) ^ ($value & 1 ? 0x82F63B78 : 0) for 1 .. 8;
    $value;
} 0 .. 255;

sub crc32c {
    my $crc = 0xFFFFFFFF;
    $crc = ($crc >> 8) ^ $CRC[($crc ^ $_) & 0xFF] for unpack 'C*', $_[0];
    return $crc ^ 0xFFFFFFFF;
}

sub ip_packet {
    my ($source, $destination, $protocol, $transport) = @_;
    return pack('CCnnnCCna4a4', 0x45, 0, 20 + length $transport, 0, 0, 64, $protocol, 0, $source, $destination)
        . $transport
        if length $source == 4;
    return pack('NnCCa16a16', 6 << 28, length $transport, $protocol, 64, $source, $destination) . $transport;
}

sub pseudo {
    my ($source, $destination, $protocol, $length) = @_;
    my $rest = length $source == 4 ? pack('CCn', 0, $protocol, $length) : pack('NnCC', $length, 0, 0, $protocol);
    return $source . $destination . $rest;
}

sub probe_packet {
    my ($source, $destination, $protocol, $sport, $dport, $number) = @_;
    my $body;
    if ($protocol == 6) {
        $body = pack 'nnNNCCnnn', $sport, $dport, $number, 0, 5 << 4, 2, 64240, 0, 0;
        my $check = checksum(pseudo($source, $destination, 6, length $body) . $body);
        substr($body, 16, 2) = pack 'n', $check;
    } elsif ($protocol == 17) {
        $body = udp($source, $destination, $sport, $dport, $MAGIC . pack 'N', $number);
    } else {
        $body = sctp($sport, $dport, 0, pack 'CCnNNnnN', 1, 0, 20, $number, 65536, 1, 1, $number);
    }
    return ip_packet($source, $destination, $protocol, $body);
}

sub udp {
    my ($source, $destination, $sport, $dport, $payload) = @_;
    my $body = pack('nnnn', $sport, $dport, 8 + length $payload, 0) . $payload;
    my $check = checksum(pseudo($source, $destination, 17, length $body) . $body) || 0xFFFF;
    substr($body, 6, 2) = pack 'n', $check;
    return $body;
}

sub sctp {
    my ($sport, $dport, $tag, $chunk) = @_;
    my $body = pack('nnNN', $sport, $dport, $tag, 0) . $chunk;
    substr($body, 8, 4) = pack 'V', crc32c($body);
    return $body;
}

sub reply_packet {
    my ($source, $destination, $protocol, $sport, $dport, $number) = @_;
    my $body;
    if ($protocol == 17) {
        $body = udp($source, $destination, $sport, $dport, $MAGIC_REPLY . pack 'N', $number);
    } else {
        my $cookie = pack 'nnN', 7, 8, $number;
        my @head = (2, 0, 20 + length $cookie, $number ^ 0x5A5A5A5A, 65536, 1, 1, $number);
        $body = sctp($sport, $dport, $number, pack('CCnNNnnN', @head) . $cookie);
    }
    return ip_packet($source, $destination, $protocol, $body);
}

# (kind, number, source port, destination port) of a segment that is ours, else nothing.
sub transport_of {
    my ($protocol, $data) = @_;
    my $length = length $data;
    if ($protocol == 6) {
        return if $length < 8;
        my ($sport, $dport, $sequence) = unpack 'nnN', $data;
        # An ICMP error may quote no more than the first eight bytes: ports and sequence number.
        return ('probe', $sequence, $sport, $dport) if $length < 14;
        my ($acknowledged, undef, $flags) = unpack 'x8 N C C', $data;
        return ('probe', $sequence, $sport, $dport) if ($flags & 0x12) == 2;
        return ('reply', ($acknowledged - 1) & 0xFFFFFFFF, $sport, $dport) if $flags & 0x10;
        return;
    }
    if ($protocol == 17) {
        return if $length < 15;
        my ($sport, $dport, $magic, $number) = unpack 'nn x4 a3 N', $data;
        return ('probe', $number, $sport, $dport) if $magic eq $MAGIC;
        return ('reply', $number, $sport, $dport) if $magic eq $MAGIC_REPLY;
        return;
    }
    return if $protocol != 132 || $length < 20;
    my ($sport, $dport, $tag, $chunk, $initiate) = unpack 'nnN x4 C x3 N', $data;
    return ('probe', $initiate, $sport, $dport) if $chunk == 1;
    return ('reply', $tag, $sport, $dport) if $chunk == 2;
    return;
}

my %IS_OURS = map { $_ => 1 } values %PROTOCOLS;

# kind, number, protocol, source, destination and their ports, and of an ICMP error its type and code; or undef.
sub parse {
    my ($data) = @_;
    my $version = $data eq '' ? 0 : ord($data) >> 4;
    my ($protocol, $source, $destination, $body);
    if ($version == 4 && length $data >= 20) {
        ($protocol, $source, $destination) = unpack 'x9 C x2 a4 a4', $data;
        my $head = (ord($data) & 15) * 4;
        $body = length $data >= $head ? substr($data, $head) : '';
    } elsif ($version == 6 && length $data >= 40) {
        ($protocol, $source, $destination) = unpack 'x6 C x a16 a16', $data;
        $body = substr $data, 40;
    } else {
        return undef;
    }
    if ($IS_OURS{$protocol}) {
        my ($kind, $number, $sport, $dport) = transport_of($protocol, $body) or return undef;
        return {
            kind => $kind, number => $number, protocol => $protocol,
            source => $source, destination => $destination, sport => $sport, dport => $dport,
        };
    }
    return undef if length $body <= 8;
    my ($type, $code) = unpack 'CC', $body;
    my $is_error = $protocol == 1 ? $type == 3 || $type == 5 || $type == 11 : $protocol == 58 && ($type == 1 || $type == 3);
    return undef if !$is_error;
    my $quoted = parse(substr $body, 8);
    return undef if !$quoted || $quoted->{kind} ne 'probe';
    return { kind => 'error', number => $quoted->{number}, type => $type, code => $code };
}

# ---------------------------------------------------------------- what was seen

my %records;
my @answers;

sub show {
    my ($address) = @_;
    return inet_ntop(length $address == 4 ? AF_INET : AF_INET6, $address);
}

sub header {
    my ($found) = @_;
    return (show($found->{source}), show($found->{destination}), number($found->{sport}), number($found->{dport}));
}

# When the packet that was read last came, in nanoseconds; 0: nobody knows.
sub time_of {
    my ($one) = @_;
    my $time = pack 'q2', 0, 0;
    return 0 if !ioctl $one, SIOCGSTAMPNS, $time;
    my ($seconds, $nanoseconds) = unpack 'q2', $time;
    return $seconds * 1_000_000_000 + $nanoseconds;
}

sub device_name {
    my ($one, $index) = @_;
    my $request = pack 'a16 l x20', '', $index;
    return ioctl($one, SIOCGIFNAME, $request) ? unpack('Z16', $request) : '';
}

sub on_frame {
    my ($space, $one) = @_;
    while (defined(my $from = recv $one, my $data, DATA_MAX, MSG_DONTWAIT)) {
        my $found = parse($data) or next;
        my $record = $records{ $found->{number} } or next;
        my $when = number(time_of($one));
        if ($found->{kind} eq 'error') {
            push @{ $record->{errors} }, [$when, $space->{name}, number($found->{type}), number($found->{code})];
            next;
        }
        my ($index, $length, $address) = unpack 'x4 l x3 C a8', $from;
        my $device = $space->{devices}{$index} //= device_name($one, $index);
        next if $device eq 'lo';
        my $mac = join ':', unpack '(H2)*', substr($address, 0, $length);
        push @{ $record->{seen} }, [$when, $space->{name}, $device, $mac, $found->{kind}, header($found)];
    }
    return;
}

# Where recvmsg writes to: the addresses of these must not change.
my ($data_of_message, $name_of_message, $control_of_message) = ('', '', '');
vec($data_of_message, DATA_MAX - 1, 8) = 0;
vec($name_of_message, 27, 8) = 0;
vec($control_of_message, 255, 8) = 0;
my $vector_of_message = pack('P', $data_of_message) . pack('Q', DATA_MAX);
my $head_of_message = pack('P', $name_of_message) . pack('Q', 28) . pack('P', $vector_of_message) . pack('Q', 1)
    . pack('P', $control_of_message) . pack('Q', 256) . pack('Q', 0);

# The data of an IPv6 packet, its source and its destination; nothing when there is none.
sub receive_six {
    my ($one) = @_;
    my $message = "$head_of_message";
    my $length = syscall($RECVMSG, fileno($one) + 0, $message, MSG_DONTWAIT + 0);
    return if $length < 0;
    my $source = substr $name_of_message, 8, 16;
    my ($left, $at, $destination) = (unpack('x40 Q', $message), 0, "\0" x 16);
    while ($left - $at >= 16) {
        my ($size, $level, $type) = unpack 'Q l l', substr $control_of_message, $at, 16;
        last if $size < 16;
        $destination = substr $control_of_message, $at + 16, 16 if $level == SOL_IPV6 && $type == IPV6_PKTINFO;
        $at += ($size + 7) & ~7;
    }
    return (substr($data_of_message, 0, $length), $source, $destination);
}

sub on_received {
    my ($space, $one, $family, $protocol) = @_;
    while (1) {
        my $found;
        if ($family == AF_INET) {
            defined(recv $one, my $data, DATA_MAX, MSG_DONTWAIT) or return;
            $found = parse($data);
        } else {
            my ($data, $source, $destination) = receive_six($one) or return;
            my ($kind, $number, $sport, $dport) = transport_of($protocol, $data) or next;
            $found = {
                kind => $kind, number => $number, protocol => $protocol,
                source => $source, destination => $destination, sport => $sport, dport => $dport,
            };
        }
        next if !$found || $found->{kind} eq 'error';
        my $record = $records{ $found->{number} } or next;
        push @{ $record->{received} }, [$space->{name}, $found->{kind}, header($found)];
        next if $found->{kind} ne 'probe' || $protocol == 6;
        my $packet = reply_packet(@$found{qw(destination source)}, $protocol, @$found{qw(dport sport number)});
        push @answers, [$space, $packet, $found->{source}, $found->{number}];
    }
}

# Whether something may still come of a probe.
sub is_open {
    my ($record) = @_;
    return 0 if grep { $_->[1] eq 'reply' } @{ $record->{received} };
    return !@{ $record->{errors} } || @{ $record->{received} };
}

sub ready_after {
    my ($seconds) = @_;
    my $ready = $watched;
    my $count = select $ready, undef, undef, $seconds;
    return $count > 0 ? grep { vec $ready, $_, 1 } sort { $a <=> $b } keys %readers : ();
}

# Reads all sockets until nothing is left, answering what asks for an answer. A busy machine leaves some of the
# delivery to a thread of its kernel, which needs its turn.
sub drain {
    my ($batch) = @_;
    while (1) {
        my @ready = ready_after(0);
        @ready = ready_after((grep { is_open($_) } @$batch) ? QUIET_S : 0) if !@ready;
        $readers{$_}->() for @ready;
        return if !@ready && !@answers;
        for (splice @answers) {
            my ($space, $packet, $destination, $number) = @$_;
            transmit($space, $packet, $destination, $records{$number}, 'replyError');
        }
    }
}

sub transmit {
    my ($space, $packet, $destination, $record, $field) = @_;
    my $is_six = length $destination == 16;
    my $place = $is_six ? pack_sockaddr_in6(0, $destination) : pack_sockaddr_in(0, $destination);
    return if defined send $space->{senders}{ $is_six ? AF_INET6 : AF_INET }, $packet, 0, $place;
    ($record->{$field}) = ((sort grep { $!{$_} } keys %!), $! + 0);
    return;
}

# ---------------------------------------------------------------- commands

sub socket_of {
    my ($family, $kind, $protocol) = @_;
    socket(my $one, $family, $kind, $protocol) or die "socket $family $kind $protocol: $!\n";
    return $one;
}

sub option {
    my ($one, $level, $name, $value) = @_;
    return setsockopt $one, $level, $name, pack 'i', $value;
}

sub roomy {
    my ($one) = @_;
    option($one, SOL_SOCKET, SO_RCVBUFFORCE, 4_000_000) or option($one, SOL_SOCKET, SO_RCVBUF, 4_000_000);
    return;
}

sub watch {
    my ($space, $one, $read) = @_;
    push @{ $space->{sockets} }, $one;
    vec($watched, fileno $one, 1) = 1;
    $readers{ fileno $one } = $read;
    return;
}

sub open_namespace {
    my ($name) = @_;
    my $space = { name => $name, handle => namespace_handle($name), sockets => [], senders => {}, devices => {} };
    $namespaces{$name} = $space;
    enter($space->{handle});
    my $tap = socket_of(AF_PACKET, SOCK_DGRAM, unpack 'S', pack 'n', ETH_P_ALL);
    option($tap, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1) or die "PACKET_IGNORE_OUTGOING: $!\n";
    # The first question is answered by none, and makes times known.
    time_of($tap);
    roomy($tap);
    watch($space, $tap, sub { on_frame($space, $tap) });
    for my $family (AF_INET, AF_INET6) {
        for my $protocol (values %PROTOCOLS) {
            my $one = socket_of($family, SOCK_RAW, $protocol);
            roomy($one);
            option($one, SOL_IPV6, IPV6_RECVPKTINFO, 1) if $family == AF_INET6;
            watch($space, $one, sub { on_received($space, $one, $family, $protocol) });
        }
        my $sender = socket_of($family, SOCK_RAW, 255);
        option($sender, SOL_IPV6, IPV6_HDRINCL, 1) if $family == AF_INET6;
        $space->{senders}{$family} = $sender;
    }
    enter($home);
    return;
}

sub close_all {
    $watched = '';
    %readers = ();
    %namespaces = ();
    # Also what a build that failed has left.
    opendir my $folder, $RUN or die "$RUN: $!\n";
    my $text = join '', map { "netns del $_\n" } sort grep { !/^\./ } readdir $folder;
    run_stage([{ argv => ['ip', '-batch', '-'], input => $text }]) if $text ne '';
    return {};
}

# A program that runs: its output goes to a file, so that it never waits for its reader.
sub start {
    my ($step) = @_;
    my $namespace = defined $step->{in} ? namespace_handle($step->{in}) : undef;
    open(my $input, '+>', undef) or die "a file for what a program reads: $!\n";
    open(my $output, '+>', undef) or die "a file for what a program writes: $!\n";
    binmode $_ for $input, $output;
    syswrite $input, $step->{input} if defined $step->{input} && $step->{input} ne '';
    sysseek $input, 0, 0;
    my $child = fork;
    defined $child or die "fork: $!\n";
    return { pid => $child, output => $output } if $child != 0;
    my @argv = @{ $step->{argv} };
    eval {
        enter($namespace) if $namespace;
        POSIX::dup2(fileno $input, 0);
        POSIX::dup2(fileno $output, 1);
        POSIX::dup2(fileno $output, 2);
        no warnings 'exec';
        exec { $argv[0] } @argv;
        die "$argv[0]: $!\n";
    };
    # Neither returns to the loop of its parent nor empties the buffers that it has inherited.
    syswrite $output, $@;
    POSIX::_exit(127);
}

sub ended {
    my ($step, $running) = @_;
    waitpid $running->{pid}, 0;
    my $code = $? & 127 ? -($? & 127) : $? >> 8;
    my ($text, $output) = ('', $running->{output});
    sysseek $output, 0, 0;
    1 while sysread $output, $text, 65536, length $text;
    if ($code != 0 && !$step->{mayFail}) {
        my $place = defined $step->{in} ? " in $step->{in}" : '';
        die "@{ $step->{argv} }$place ended with $code: " . substr($text, 0, 2000) . "\n";
    }
    return $text;
}

sub set_values {
    my ($step) = @_;
    my %optional = map { $_ => 1 } @{ $step->{optional} // [] };
    my $namespace = namespace_handle($step->{in});
    enter($namespace);
    for my $name (sort keys %{ $step->{sysctl} }) {
        my $path = "/proc/sys/$name";
        # What this kernel does not have cannot be set; what must be there says so.
        next if $optional{$name} && !-e $path;
        my $file;
        next if open($file, '>', $path) && defined syswrite $file, $step->{sysctl}{$name};
        die "$name in $step->{in}: $!\n" if !$optional{$name};
    }
    enter($home);
    return;
}

# The steps of a stage are independent, a few run at once.
sub run_stage {
    my ($stage) = @_;
    set_values($_) for grep { $_->{sysctl} } @$stage;
    my @steps = grep { $_->{argv} } @$stage;
    my @outputs;
    while (my @together = splice @steps, 0, TOGETHER) {
        my @running = map { start($_) } @together;
        push @outputs, map { ended($together[$_], $running[$_]) } 0 .. $#together;
    }
    return @outputs;
}

sub run {
    my ($command) = @_;
    return { outputs => [map { run_stage($_) } @{ $command->{stages} }] };
}

sub open_all {
    my ($command) = @_;
    open_namespace($_) for @{ $command->{namespaces} };
    return {};
}

# Sends a probe; its record, which is still empty.
sub send_probe {
    my ($one) = @_;
    my $family = $one->{destination} =~ /:/ ? AF_INET6 : AF_INET;
    my ($source, $destination) = map { inet_pton($family, $one->{$_}) } qw(source destination);
    my $protocol = $PROTOCOLS{ $one->{protocol} };
    my $packet = probe_packet($source, $destination, $protocol, @$one{qw(sourcePort destinationPort number)});
    my $record = { number => number($one->{number}), seen => [], received => [], errors => [] };
    $records{ $one->{number} } = $record;
    my $space = $namespaces{ $one->{in} } or die "no namespace $one->{in}\n";
    my $sender = $space->{senders}{$family};
    option($sender, SOL_SOCKET, SO_MARK, $one->{mark}) if $one->{mark};
    transmit($space, $packet, $destination, $record, 'sendError');
    option($sender, SOL_SOCKET, SO_MARK, 0) if $one->{mark};
    return $record;
}

sub probe {
    my ($command) = @_;
    my @probes = @{ $command->{probes} };
    my @found;
    while (my @together = splice @probes, 0, BATCH) {
        my @batch = map { send_probe($_) } @together;
        drain(\@batch);
        for my $record (@batch) {
            $record->{seen} = [sort { ${ $a->[0] } <=> ${ $b->[0] } } @{ $record->{seen} }];
            push @found, $record;
        }
        %records = ();
    }
    return { records => \@found };
}

my %COMMANDS = (run => \&run, open => \&open_all, probe => \&probe, clear => \&close_all);

# Packets get the time at which they came only while somebody wants it, which takes effect a little later.
my $clock = socket_of(AF_INET, SOCK_DGRAM, 0);
option($clock, SOL_SOCKET, SO_TIMESTAMPNS, 1);

while (defined(my $line = <STDIN>)) {
    my $answer = eval {
        my $command = decode($line);
        ($COMMANDS{ $command->{do} } // die "no command $command->{do}\n")->($command);
    };
    if (!$answer) {
        chomp(my $why = $@);
        enter($home);
        $answer = { error => $why };
    }
    print encode($answer), "\n";
}
