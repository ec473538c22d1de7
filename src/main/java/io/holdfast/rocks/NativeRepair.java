package io.holdfast.rocks;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * RocksDB's own repair, {@code rocksdb_repair_db} of its C interface, which its Java interface lacks: it
 * makes a new manifest out of the tables that it finds, and tables out of the write-ahead logs. It leaves out
 * a table with any damaged block, and the rows of a log that it cannot read.
 */
final class NativeRepair {
    private static final int MESSAGE_BYTES_MAX = 4_096;

    private NativeRepair() {}

    static void repair(Path database) {
        NativeLibrary.load();
        MemorySegment options = MemorySegment.NULL;
        try (Arena arena = Arena.ofConfined()) {
            options = (MemorySegment) function("rocksdb_options_create",
                    FunctionDescriptor.of(ValueLayout.ADDRESS)).invokeExact();
            MemorySegment failure = arena.allocate(ValueLayout.ADDRESS);
            function("rocksdb_repair_db", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS)).invokeExact(options, arena.allocateFrom(database.toString()),
                            failure);
            MemorySegment message = failure.get(ValueLayout.ADDRESS, 0);
            if (message.address() != 0) {
                throw failed(database, text(message), null);
            }
        } catch (StoreException e) {
            throw e;
        } catch (Throwable e) { // as a method handle is declared
            throw failed(database, e.toString(), e);
        } finally {
            free(options);
        }
    }

    private static void free(MemorySegment options) {
        try {
            if (options.address() != 0) {
                function("rocksdb_options_destroy", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS))
                        .invokeExact(options);
            }
        } catch (Throwable e) { // as a method handle is declared
            throw new IllegalStateException("RocksDB's options cannot be freed", e);
        }
    }

    /** A C string; it is not freed, for there is one of them in the life of a process. */
    @SuppressWarnings("restricted") // the length of a C string is where it ends
    private static String text(MemorySegment message) {
        return message.reinterpret(MESSAGE_BYTES_MAX).getString(0);
    }

    @SuppressWarnings("restricted") // the descriptor is that of rocksdb/c.h
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        MemorySegment symbol = SymbolLookup.loaderLookup().find(name).orElseThrow(() ->
                new StoreException("RocksDB's library has no " + name));
        return Linker.nativeLinker().downcallHandle(symbol, descriptor);
    }

    private static StoreException failed(Path database, String why, Throwable cause) {
        return new StoreException("the database " + database + " cannot be repaired: " + why, cause);
    }
}
