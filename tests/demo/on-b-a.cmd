add host-tunnel 10.1.1.5 tunnel to-b
add host 10.1.1.6 mac 02:00:0a:01:01:06 interface a1
add host 10.1.1.8 mac 02:00:0a:01:01:08 interface a1
