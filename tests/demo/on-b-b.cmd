add host 10.1.1.5 mac 02:00:0a:01:01:05 interface b1
