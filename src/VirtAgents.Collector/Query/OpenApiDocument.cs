using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;
using VirtAgents.Protocol.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace VirtAgents.Collector.Query;

/// <summary>Describes the JSON form of the API, from the same descriptors that answer it, so it cannot drift.</summary>
internal static class OpenApiDocument
{
    // Number of the value in the entries of a map, as protobuf defines it.
    private const int MapValue = 2;

    private static readonly ServiceDescriptor[] Services =
    [
        QueryService.Descriptor, EventService.Descriptor, DirectiveService.Descriptor, IncidentService.Descriptor, IncidentHistoryService.Descriptor,
        RemediationService.Descriptor, PlanningService.Descriptor, SchedulingService.Descriptor, QueueService.Descriptor, ShareService.Descriptor, RecoveryService.Descriptor,
    ];

    /// <summary>The document.</summary>
    public static string Json { get; } = Write().ToJsonString();

    public static void MapOpenApi(this IEndpointRouteBuilder app) =>
        app.MapGet("/openapi.json", () => Results.Content(Json, "application/json; charset=utf-8"));

    private static JsonObject Write()
    {
        SortedDictionary<string, JsonNode> schemas = new(StringComparer.Ordinal) { ["Error"] = ErrorSchema() };
        JsonObject paths = [];
        foreach (MethodDescriptor method in Services.SelectMany(s => s.Methods))
        {
            foreach ((string verb, string path) in RoutesOf(method))
            {
                if (paths[path] is not JsonObject operations)
                {
                    paths[path] = operations = [];
                }

                operations[verb] = Operation(method, verb, path, schemas);
            }
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "VirtAgents collector", ["version"] = "v1" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = new JsonObject(schemas.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value))) },
        };
    }

    // The verbs and paths of a method, none when it has no JSON form.
    private static IEnumerable<(string Verb, string Path)> RoutesOf(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is { } rule
            ? rule.AdditionalBindings.Prepend(rule).Select(RouteOf)
            : [];

    private static (string Verb, string Path) RouteOf(HttpRule rule) => rule switch
    {
        { Get.Length: > 0 } => ("get", rule.Get),
        { Post.Length: > 0 } => ("post", rule.Post),
        _ => throw new InvalidOperationException($"the JSON form of {rule} is not described"),
    };

    private static JsonObject Operation(MethodDescriptor method, string verb, string path, SortedDictionary<string, JsonNode> schemas)
    {
        bool hasBody = verb == "post";
        JsonArray parameters = [];
        foreach ((string name, FieldDescriptor field) in hasBody ? method.InputType.Fields.InDeclarationOrder().Select(f => (f.JsonName, f)) : Parameters(method.InputType, ""))
        {
            bool inPath = path.Contains($"{{{field.Name}}}", StringComparison.Ordinal);
            if (inPath || !hasBody)
            {
                parameters.Add(new JsonObject
                {
                    ["name"] = name, ["in"] = inPath ? "path" : "query", ["required"] = inPath, ["schema"] = FieldSchema(field, schemas),
                });
            }
        }

        // Names of operations are unique, also where a method has two verbs.
        bool isAdditional = method.GetOptions().GetExtension(AnnotationsExtensions.Http).Post.Length > 0 && !hasBody;
        JsonObject operation = Answered(method, isAdditional ? $"{method.Name}ByGet" : method.Name, parameters, schemas);
        if (hasBody)
        {
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Reference(method.InputType, schemas) } },
            };
        }

        return operation;
    }

    private static JsonObject Answered(MethodDescriptor method, string name, JsonArray parameters, SortedDictionary<string, JsonNode> schemas)
    {
        string content = method.IsServerStreaming ? "application/x-ndjson" : "application/json";
        return new JsonObject
        {
            ["operationId"] = name,
            ["tags"] = new JsonArray(method.Service.Name),
            ["parameters"] = parameters,
            ["responses"] = new JsonObject
            {
                ["200"] = Response(Description(method), content, Reference(method.OutputType, schemas)),
                ["default"] = Response("Why there is no answer.", "application/json", new JsonObject { ["$ref"] = "#/components/schemas/Error" }),
            },
        };
    }

    private static string Description(MethodDescriptor method) =>
        !method.IsServerStreaming ? "The answer."
        : method.Name.StartsWith("Watch", StringComparison.Ordinal) ? "One object on each line, without end."
        : "One object on each line; the last one is the trailer.";

    private static JsonObject Response(string description, string content, JsonNode schema) => new()
    {
        ["description"] = description,
        ["content"] = new JsonObject { [content] = new JsonObject { ["schema"] = schema } },
    };

    private static IEnumerable<(string Name, FieldDescriptor Field)> Parameters(MessageDescriptor message, string prefix) =>
        message.Fields.InDeclarationOrder().SelectMany(f => f.FieldType == FieldType.Message
            ? Parameters(f.MessageType, $"{prefix}{f.JsonName}.")
            : [($"{prefix}{f.JsonName}", f)]);

    private static JsonObject Reference(MessageDescriptor message, SortedDictionary<string, JsonNode> schemas)
    {
        if (!schemas.ContainsKey(message.Name))
        {
            JsonObject properties = [];
            schemas[message.Name] = new JsonObject { ["type"] = "object", ["properties"] = properties };
            foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
            {
                properties[field.JsonName] = FieldSchema(field, schemas);
            }
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{message.Name}" };
    }

    private static JsonObject FieldSchema(FieldDescriptor field, SortedDictionary<string, JsonNode> schemas)
    {
        if (field.IsMap)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = FieldSchema(field.MessageType.Fields[MapValue], schemas) };
        }

        JsonObject one = field.FieldType switch
        {
            FieldType.Message => Reference(field.MessageType, schemas),
            FieldType.Enum => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. field.EnumType.Values.Select(v => JsonValue.Create(v.Name))]) },
            FieldType.Bool => new JsonObject { ["type"] = "boolean" },
            FieldType.Double => new JsonObject { ["type"] = "number", ["format"] = "double" },
            FieldType.Int32 => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
            FieldType.UInt32 => new JsonObject { ["type"] = "integer", ["format"] = "int64", ["minimum"] = 0 },
            FieldType.UInt64 => new JsonObject { ["type"] = "string", ["format"] = "uint64" },
            FieldType.SInt64 => new JsonObject { ["type"] = "string", ["format"] = "int64" },
            FieldType.String => new JsonObject { ["type"] = "string" },
            _ => throw new InvalidOperationException($"{field.FullName}: the JSON form of {field.FieldType} is not described"),
        };
        return field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = one } : one;
    }

    private static JsonObject ErrorSchema() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["code"] = new JsonObject { ["type"] = "integer", ["description"] = "gRPC status code." },
            ["message"] = new JsonObject { ["type"] = "string", ["description"] = "What is wrong and what is allowed." },
        },
    };
}
