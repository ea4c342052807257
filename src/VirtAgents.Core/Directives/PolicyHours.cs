using System.Collections.Immutable;
using System.Globalization;

namespace VirtAgents.Core.Directives;

/// <summary>When a rule holds. A span that ends at or before its start goes on into the next day and belongs to the day it starts on.</summary>
/// <param name="FromMinute">Its start, minutes since midnight, 0 to 1439.</param>
/// <param name="ToMinute">Its end, which is not part of it, minutes since midnight, 1 to 1440.</param>
/// <param name="Days">Days on which it starts; empty = every day.</param>
/// <param name="IsUtc">Whether days and minutes are UTC; otherwise they are the host's local time.</param>
public sealed record PolicyHours(int FromMinute, int ToMinute, ImmutableArray<DayOfWeek> Days, bool IsUtc)
{
    /// <summary>Minutes of a day.</summary>
    public const int MinutesPerDay = 24 * 60;

    /// <summary>Names of days in files, from Sunday.</summary>
    public static ImmutableArray<string> DayNames { get; } = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Reads a span such as <c>22:00-06:00</c>; its start and end are not the same.</summary>
    public static bool TrySpan(string text, out int fromMinute, out int toMinute)
    {
        ArgumentNullException.ThrowIfNull(text);
        (fromMinute, toMinute) = (0, 0);
        string[] parts = text.Split('-');
        return parts.Length == 2 && TryMinute(parts[0], out fromMinute) && TryMinute(parts[1], out toMinute)
            && fromMinute < MinutesPerDay && toMinute > 0 && fromMinute != toMinute;
    }

    /// <summary>Whether an instant is within.</summary>
    /// <param name="now">The instant, with the host's offset from UTC.</param>
    public bool Contain(DateTimeOffset now)
    {
        DateTime clock = IsUtc ? now.UtcDateTime : now.DateTime;
        int minute = (clock.Hour * 60) + clock.Minute;
        bool endsToday = FromMinute < ToMinute;
        return endsToday
            ? minute >= FromMinute && minute < ToMinute && Has(clock.DayOfWeek)
            : (minute >= FromMinute && Has(clock.DayOfWeek)) || (minute < ToMinute && Has(DayBefore(clock.DayOfWeek)));
    }

    /// <summary>For people, such as <c>22:00-06:00 UTC, mon tue</c>.</summary>
    public override string ToString()
    {
        string days = Days.IsEmpty ? "" : ", " + string.Join(' ', Days.Select(d => d.ToString()[..3].ToLowerInvariant()));
        return $"{Clock(FromMinute)}-{Clock(ToMinute)} {(IsUtc ? "UTC" : "local time")}{days}";
    }

    /// <summary>Equality by value, days included.</summary>
    public bool Equals(PolicyHours? other) =>
        other is not null && FromMinute == other.FromMinute && ToMinute == other.ToMinute && IsUtc == other.IsUtc && Days.AsSpan().SequenceEqual(other.Days.AsSpan());

    /// <summary>A hash that agrees with <see cref="Equals(PolicyHours?)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(FromMinute, ToMinute, IsUtc);

    private static bool TryMinute(string text, out int minute)
    {
        minute = 0;
        if (text.Length != 5 || text[2] != ':'
            || !int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            || !int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes))
        {
            return false;
        }

        minute = (hours * 60) + minutes;
        return minutes < 60 && minute <= MinutesPerDay;
    }

    private static DayOfWeek DayBefore(DayOfWeek day) => (DayOfWeek)(((int)day + 6) % 7);

    private static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    private bool Has(DayOfWeek day) => Days.IsEmpty || Days.Contains(day);
}
