using System.Numerics;

namespace VirtAgents.Storage.Embedded.Format;

/// <summary>Numbers of one width in bits, lowest bit first, without gaps.</summary>
internal static class BitPacking
{
    private const int Half = 32;

    public static int BytesFor(int count, int width) => checked((int)((((long)count * width) + 7) / 8));

    /// <summary>Appends numbers to bytes; the bytes are as many as <see cref="BytesFor"/> says.</summary>
    public ref struct Writer(Span<byte> target, int width)
    {
        private readonly Span<byte> _target = target;
        private ulong _pending;
        private int _pendingBits;
        private int _length;

        public void Add(ulong value)
        {
            Add((uint)value, Math.Min(width, Half));
            if (width > Half)
            {
                Add((uint)(value >> Half), width - Half);
            }
        }

        /// <summary>Writes what is left and returns the number of bytes.</summary>
        public int Finish()
        {
            if (_pendingBits > 0)
            {
                _target[_length] = (byte)_pending;
            }

            return _length + (_pendingBits > 0 ? 1 : 0);
        }

        /// <summary>Adds a number of another width, at most 32 bits.</summary>
        public void Add(uint value, int bits)
        {
            _pending |= (ulong)value << _pendingBits;
            for (_pendingBits += bits; _pendingBits >= 8; _pendingBits -= 8)
            {
                _target[_length++] = (byte)_pending;
                _pending >>= 8;
            }
        }
    }

    /// <summary>Takes numbers from bytes; the bytes are as many as <see cref="BytesFor"/> says.</summary>
    public ref struct Reader(ReadOnlySpan<byte> source, int width)
    {
        private readonly ReadOnlySpan<byte> _source = source;
        private ulong _pending;
        private int _pendingBits;
        private int _position;

        public ulong Next()
        {
            ulong low = Next(Math.Min(width, Half));
            return width > Half ? low | (Next(width - Half) << Half) : low;
        }

        /// <summary>A number of another width, at most 32 bits.</summary>
        /// <exception cref="InvalidDataException">There are not so many bits left.</exception>
        public uint Take(int bits) => bits <= ((_source.Length - _position) * 8L) + _pendingBits
            ? (uint)Next(bits)
            : throw new InvalidDataException("the bits end too early");

        /// <summary>How many ones come next, and steps over them and the zero after them; <paramref name="most"/>, up to 32, are not followed by one.</summary>
        /// <exception cref="InvalidDataException">The bits end too early.</exception>
        public int Ones(int most)
        {
            for (; _pendingBits <= 56 && _position < _source.Length; _pendingBits += 8)
            {
                _pending |= (ulong)_source[_position++] << _pendingBits;
            }

            int ones = Math.Min(most, BitOperations.TrailingZeroCount(~_pending));
            int taken = ones == most ? most : ones + 1;
            if (taken > _pendingBits)
            {
                throw new InvalidDataException("the bits end too early");
            }

            _pending >>= taken;
            _pendingBits -= taken;
            return ones;
        }

        private ulong Next(int bits)
        {
            for (; _pendingBits < bits; _pendingBits += 8)
            {
                _pending |= (ulong)_source[_position++] << _pendingBits;
            }

            ulong value = _pending & ((1UL << bits) - 1);
            _pending >>= bits;
            _pendingBits -= bits;
            return value;
        }
    }
}
