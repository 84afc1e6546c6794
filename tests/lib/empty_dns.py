"""A DNS server for which no name exists."""
import contextlib
import socket
import threading

import dns.message
import dns.rcode


@contextlib.contextmanager
def empty_dns():
    """The address of a server that answers every question with NXDOMAIN, by UDP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))

        def answer():
            while True:
                question, sender = door.recvfrom(4096)
                if not question:
                    return
                reply = dns.message.make_response(dns.message.from_wire(question), recursion_available=True)
                reply.set_rcode(dns.rcode.NXDOMAIN)
                door.sendto(reply.to_wire(), sender)
        thread = threading.Thread(target=answer)
        thread.start()
        address = door.getsockname()
        try:
            yield f"127.0.0.1:{address[1]}"
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", address)
            thread.join()
